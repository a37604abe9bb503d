"""The door in front of `langgraph dev`: no page of another site, and no foreign name for this machine, gets in.

CORS only keeps such a page from *reading* answers; its request has then been served already. Here it is refused first.
`langgraph.json` names `app`, and LangGraph's server puts its middleware before all of its own routes.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse

from sovereign_kernel.settings import SERVE

STUDIO = "https://smith.langchain.com"
ORIGINS, HOSTS = SERVE + "ORIGINS", SERVE + "HOSTS"
Scope = MutableMapping[str, Any]
App = Callable[[Scope, Callable[..., Awaitable[Any]], Callable[..., Awaitable[Any]]], Awaitable[None]]


class OwnPagesOnly:
    """Refuses requests that a page of another origin has a browser make, and those that reach this machine by a name
    which somebody else may have pointed at it."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        refusal = refused(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await JSONResponse({"detail": refusal}, status_code=403)(scope, receive, send)


def refused(scope: Scope) -> str | None:
    """Why a request is not let in; None when it is."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host, origin = headers.get("host", ""), headers.get("origin")
    if not _is_ours(host):
        return f"the host {host[:200]!r} is not one of this server's names; {HOSTS} lists further ones"
    if origin is not None:
        if origin in {STUDIO, *_listed(ORIGINS)} or (host and urlsplit(origin).netloc == host):
            return None
        return f"pages of {origin[:200]!r} may not use this server; {ORIGINS} lists the ones that may"
    if headers.get("sec-fetch-site") in ("cross-site", "same-site") and headers.get("sec-fetch-mode") != "navigate":
        return f"a page of another site may not use this server; {ORIGINS} lists the ones that may"
    return None


def _is_ours(host: str) -> bool:
    """An address, a name without a dot (localhost, a container's), or one that the owner lists: no stranger can point
    any of these at this machine."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        if "." in name or ":" in name:
            ip_address(name)
    except ValueError:
        return host.rpartition(":")[0] in _listed(HOSTS) or host in _listed(HOSTS)
    return True


def _listed(variable: str) -> set[str]:
    return {part.strip() for part in os.environ.get(variable, "").split(",") if part.strip()}


app = Starlette(middleware=[Middleware(OwnPagesOnly)])
