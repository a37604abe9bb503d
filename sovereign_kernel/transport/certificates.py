"""Whom an encrypted connection trusts: the owner's certificates where a variable names some, else certifi's."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from sovereign_kernel.errors import BadSetting

FILES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
FOLDER = "SSL_CERT_DIR"


@dataclass(frozen=True)
class Certificates:
    """A file, a folder, or both, of trusted certificates; neither means certifi's."""

    file: Path | None = None
    folder: Path | None = None


def certificates(environment: Mapping[str, str] | None = None) -> Certificates:
    """What the environment names. Raises BadSetting, naming the variable, for what cannot be used."""
    environment = os.environ if environment is None else environment
    file = folder = None
    for name in FILES:
        value = environment.get(name, "").strip()
        if not value:
            continue
        path = Path(value).expanduser()
        if path.is_dir() and name != "SSL_CERT_FILE":
            folder = folder or path
        else:
            _refuse_unusable(name, path)
            file = file or path
    if value := environment.get(FOLDER, "").strip():
        # OpenSSL takes several folders, and ignores those that are not there
        there = [Path(part).expanduser() for part in value.split(os.pathsep) if Path(part).expanduser().is_dir()]
        if not there:
            _refuse(FOLDER, Path(value), "is not there")
        folder = folder or there[0]
    return Certificates(file, folder)


def tls_context() -> ssl.SSLContext:
    """The context for every encrypted connection. Raises BadSetting as `certificates` does."""
    return _context(certificates())


@lru_cache(maxsize=4)
def _context(trusted: Certificates) -> ssl.SSLContext:
    """One for all clients: reading certificates takes 40 ms."""
    if trusted.file is None and trusted.folder is None:
        import certifi

        return ssl.create_default_context(cafile=certifi.where())
    return ssl.create_default_context(cafile=trusted.file, capath=trusted.folder)


def _refuse_unusable(name: str, path: Path) -> None:
    if not path.exists():
        _refuse(name, path, "is not there")
    if not path.is_file():
        _refuse(name, path, "is no file")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        _refuse(name, path, "holds no certificate that can be read")
    except OSError as exc:
        _refuse(name, path, f"cannot be read: {exc.strerror or exc}")


def _refuse(name: str, path: Path, what: str) -> NoReturn:
    raise BadSetting(f"{name} names {path}, which {what}", help=f"unset {name}, or let it name a file of certificates")
