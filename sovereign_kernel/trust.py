"""Whose settings a run goes on with: a run's folder may come from a stranger, and may name code and hosts.

A run that was started here is known by its id, kept in the user's own state; any other may only name what the owner's
own settings name too.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sovereign_kernel.atomic import write_atomic
from sovereign_kernel.canonical import canonical, plain, sha256
from sovereign_kernel.errors import BadRun
from sovereign_kernel.settings import NAMED_ONLY, Settings, resolve


def remember(run_id: str, settings: Settings) -> None:
    """Keeps that this run was started here, where it names code or hosts at all."""
    if _named(settings):
        with suppress(BadRun):  # where nothing can be kept, the owner names code and hosts again to resume
            write_atomic(_mark(run_id), _fingerprint(settings).encode())


def refuse_strangers(run_id: str, settings: Settings) -> None:
    """Raises BadRun for a run from elsewhere that would run code, or ask hosts, that the owner has not named."""
    named = _named(settings)
    if not named or _known(run_id, settings):
        return
    own = resolve()
    strange = sorted(name for name in named if getattr(settings, name) != getattr(own, name))
    if strange:
        name, value = strange[0], getattr(settings, strange[0])
        raise BadRun(
            f"this run was not started here, and sets {name} to {str(value)!r}, which runs code or is sent your keys",
            help=f"if you trust that, set SOVEREIGN_{name.upper()} to the same; `show` and `verify` need no trust",
        )


def _known(run_id: str, settings: Settings) -> bool:
    try:
        return _mark(run_id).read_bytes() == _fingerprint(settings).encode()
    except OSError:
        return False


def _named(settings: Settings) -> set[str]:
    plain_settings = Settings()
    return {name for name in NAMED_ONLY if getattr(settings, name) != getattr(plain_settings, name)}


def _fingerprint(settings: Settings) -> str:
    return sha256(canonical(plain(settings.model_dump(mode="json", include=NAMED_ONLY))))


def _mark(run_id: str) -> Path:
    from platformdirs import user_state_path

    return user_state_path("sovereign-kernel") / "runs" / sha256(run_id.encode(errors="surrogatepass"))
