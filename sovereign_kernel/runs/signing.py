"""The owner's signature under an approval (Ed25519): what a hash chain without a secret cannot prove, a key can.

`approval.sig` signs the SHA-256 of run.json, which names every file, the ledger's head and the draft: whoever rehashes
all of them after a change still cannot sign again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sovereign_kernel.errors import BadInput, BadRun
from sovereign_kernel.runs import RunFolder, approval_holds, load_draft
from sovereign_kernel.runs.manifest import NAME
from sovereign_kernel.storage.atomic import read_bytes, storage_errors, write_atomic
from sovereign_kernel.storage.canonical_json import canonical, sha256
from sovereign_kernel.storage.plain_files import read_plain, write_plain

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE = "approval.sig"
_PURPOSE = "sovereign-kernel approval 1"  # signed too, so that a signature serves nothing else


def make_key(path: Path) -> Path:
    """A new private key at `path` (PEM, readable by its owner only); the path of its public half, `path` + '.pub'.

    Raises BadInput rather than write over a file.
    """
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    public = path.with_name(path.name + ".pub")
    if path.exists() or public.exists():
        raise BadInput(
            f"{path} or {public.name} is there already", help="name a new file; a lost key cannot be made again"
        )
    with storage_errors("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
    write_atomic(public, key.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo))
    return public


def sign_approval(run: RunFolder, key_path: Path) -> None:
    """Writes approval.sig. Call it last: anything the kernel writes into the run afterwards voids it.

    Raises BadRun when the owner's approval does not hold for the draft that lies there, or when the draft was edited
    since; BadInput for a bad key.
    """
    key = private_key(key_path)
    draft = load_draft(run)
    if edited := run.edited():
        raise BadRun(
            f"the draft of run {run.path.name} was edited after the run wrote it ({', '.join(edited)})",
            help="restore it; a signature binds exactly the draft that was approved",
        )
    if not approval_holds(draft):
        raise BadRun(f"run {run.path.name} is not approved by its owner", help="`sovereign review RUN --approve` first")
    signed = _signed(run.path)
    public = key.public_key().public_bytes_raw().hex()
    signature = key.sign(canonical(signed)).hex()
    write_plain(run.path, SIGNATURE, _render(signed | {"public_key": public, "signature": signature}))


def verify_signature(run: RunFolder, public_key: Path) -> bool:
    """Whether approval.sig is there and this key signed the run as it lies now. Raises BadInput for a bad key."""
    return signature_fault(run.path, public_key) is None


def signature_fault(folder: Path, public_key: Path | None) -> str | None:
    """What is wrong with approval.sig; None when it holds. Without `public_key` it is checked against the key it names,
    which shows that nothing changed since, not who signed."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    named = load_public_key(public_key) if public_key else None
    if not os.path.lexists(folder / SIGNATURE):
        return "there is no approval.sig"
    raw = read_plain(folder, SIGNATURE, limit=2**20)
    try:
        content = json.loads(raw)
        claimed = bytes.fromhex(content.pop("public_key"))
        signature = bytes.fromhex(content.pop("signature"))
        key = Ed25519PublicKey.from_public_bytes(claimed)
        whole = raw == _render(content | {"public_key": claimed.hex(), "signature": signature.hex()})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "approval.sig is damaged"
    if not whole:
        return "approval.sig is damaged"
    if named is not None and named.public_bytes_raw() != claimed:
        return "it was signed with another key"
    if content != _signed(folder):
        return "the run was changed after it was signed"
    try:
        key.verify(signature, canonical(content))
    except InvalidSignature:
        return "the signature is false"
    return None


def _signed(folder: Path) -> dict[str, Any]:
    return {"purpose": _PURPOSE, "run_json_sha256": sha256(read_plain(folder, NAME))}


def _render(content: dict[str, Any]) -> bytes:
    return json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"


def private_key(path: Path) -> Ed25519PrivateKey:
    """The private key in a PEM file. Raises BadInput when there is none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(read_bytes(path), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as exc:
        raise BadInput(
            f"{path} is not a private key in PEM, without a password", help="make one: make_key(path)"
        ) from exc
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput(f"{path} is not an Ed25519 key", help="make one: make_key(path)")
    return key


def load_public_key(path: Path) -> Ed25519PublicKey:
    """The public key in a PEM file. Raises BadInput when there is none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(read_bytes(path))
    except (ValueError, UnsupportedAlgorithm) as exc:
        raise BadInput(f"{path} is not a public key in PEM", help="name the owner's .pub file") from exc
    if not isinstance(key, Ed25519PublicKey):
        raise BadInput(f"{path} is not an Ed25519 public key", help="name the owner's .pub file")
    return key
