"""Whose settings a run goes on with: a run's folder may come from a stranger, and name code, hosts, files and models.

A run that was started here is known by its id and its settings, kept in the user's own state. Any other may only name
what the owner's own settings name too, and never spends the owner's keys, unless the owner says so.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from sovereign_kernel.errors import BadRun
from sovereign_kernel.settings import Settings, resolve
from sovereign_kernel.storage.atomic import write_atomic
from sovereign_kernel.storage.canonical_json import canonical, plain, sha256
from sovereign_kernel.storage.found_settings import INSIDE, NAMED_ONLY

KEYS = {"nim": "NVIDIA_API_KEY", "openai": "OPENAI_API_KEY"}
OF_THE_OWNER = (NAMED_ONLY | INSIDE) - {"out", "runs_dir"}
"""What runs code, is sent something, or is read or written outside the run's folder."""


def remember(run_id: str, settings: Settings) -> None:
    """Keeps that this run was started here, with these settings."""
    with suppress(BadRun):  # where nothing can be kept, the owner says it again to resume
        write_atomic(_mark(run_id), _fingerprint(settings).encode())


def refuse_strangers(run_id: str, settings: Settings, spends: bool = True) -> None:
    """Raises BadRun for a run from elsewhere that would run code, ask hosts, use files or (where it `spends`) the
    keys of the owner, which the owner has not named."""
    if _known(run_id, settings):
        return
    own = resolve()
    strange = [
        f"{name} {str(getattr(settings, name))!r}"
        for name in sorted(OF_THE_OWNER)
        if getattr(settings, name) not in (getattr(own, name), Settings.model_fields[name].default)
    ]
    if spends:
        strange += [f"the key {name}" for name in _keys_used(settings)]
    if strange:
        raise BadRun(
            f"this run was not started here, and going on with it uses {', '.join(strange)}",
            help="if you trust that, say --trust; `show` and `verify` need no trust",
        )


def _keys_used(settings: Settings) -> list[str]:
    """The keys of the environment that the run's model and embedder would be given."""
    services = {settings.provider, settings.embeddings}
    return [key for service, key in KEYS.items() if services & {"auto", service} and os.environ.get(key)]


def _known(run_id: str, settings: Settings) -> bool:
    try:
        return _mark(run_id).read_bytes() == _fingerprint(settings).encode()
    except OSError:
        return False


def _fingerprint(settings: Settings) -> str:
    return sha256(canonical(plain(settings.model_dump(mode="json", exclude={"out"}))))


def _mark(run_id: str) -> Path:
    from platformdirs import user_state_path

    return user_state_path("sovereign-kernel") / "runs" / sha256(run_id.encode(errors="surrogatepass"))
