"""The graph as a server shows it to its clients: `langgraph dev`, LangGraph Studio, and whoever else reaches it.

A client may ask a question and turn the knobs; it may not say what code runs, which hosts are asked, or which files are
read and written. Those come from the environment and the settings file of whoever started the server.
"""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from sovereign_kernel.errors import BadSetting, SovereignError
from sovereign_kernel.settings import OWNERS_ONLY, SERVE, Settings, resolve
from sovereign_kernel.transport.tracing import YES, untraced

TRUSTS_CONTEXT = SERVE + "TRUSTS_CONTEXT"
Graph = CompiledStateGraph[Any, Any, Any, Any]


def trusts_context() -> bool:
    """Whether the owner lets every client set what is code, an address or a path."""
    return os.environ.get(TRUSTS_CONTEXT, "").strip().lower() in YES


def warn_of_trust() -> None:
    """Said at the start, on standard error or in the server's log."""
    if trusts_context():
        logging.getLogger("sovereign_kernel").warning(
            "%s is set: whoever reaches the served graph, any web page included, runs code here and reads and writes "
            "files; unset it unless nobody else can reach it",
            TRUSTS_CONTEXT,
        )


def explicit(context: Settings | None) -> dict[str, Any]:
    """The settings that a context sets itself."""
    return {} if context is None else {name: getattr(context, name) for name in context.model_fields_set}


def allowed(context: Settings | None) -> dict[str, Any]:
    """What a client's context may set. Raises BadSetting when it names code, an address or a path of its own.

    A value that is the default or the owner's own says nothing new: forms send every field that they show.
    """
    given = explicit(context)
    if trusts_context():
        return given
    owners, defaults = resolve(), Settings()
    for name, kind in OWNERS_ONLY.items():
        if name in given and given[name] not in (getattr(defaults, name), getattr(owners, name)):
            raise BadSetting(
                f"setting {name!r} names {kind}, and such settings are not taken from a client's context",
                help=f"set SOVEREIGN_{name.upper()} where the server is started; or, where nobody else can reach it, "
                f"start it with {TRUSTS_CONTEXT}=1; in a program of your own, use build_graph()",
            )
    return {name: value for name, value in given.items() if name not in OWNERS_ONLY}


class UntracedGraph(CompiledStateGraph[Any, Any, Any, Any]):
    """A compiled graph that LangSmith is told nothing of, whoever invokes it."""

    @classmethod
    def of(cls, graph: Graph) -> Graph:
        return cls(**vars(graph))  # as Pregel.copy does

    def stream(self, *asked: Any, **options: Any) -> Iterator[Any]:
        with untraced():
            yield from super().stream(*asked, **options)

    async def astream(self, *asked: Any, **options: Any) -> AsyncIterator[Any]:
        with untraced():
            async for part in super().astream(*asked, **options):
                yield part


class ServedGraph(UntracedGraph):
    """The same for clients: what is wrong and what to do next in one line, and no word of theirs dropped in silence."""

    def stream(self, *asked: Any, **options: Any) -> Iterator[Any]:
        with _in_one_line():
            yield from super().stream(*asked, **options)

    async def astream(self, *asked: Any, **options: Any) -> AsyncIterator[Any]:
        with _in_one_line():
            async for part in super().astream(*asked, **options):
                yield part

    def get_context_jsonschema(self) -> dict[str, Any] | None:
        schema = super().get_context_jsonschema()
        if schema is not None:
            schema["properties"] = _Properties(schema["properties"])
        return schema


class _Properties(dict[str, Any]):
    """LangGraph's server takes out of a context, in silence, what is not `in` the schema's properties. Everything is
    in these, so that an unknown name reaches Settings, which refuses it with the nearest known one."""

    def __contains__(self, name: object) -> bool:
        return True


@contextmanager
def _in_one_line() -> Iterator[None]:
    """A server shows `str(error)` alone, so the help goes with it."""
    try:
        yield
    except SovereignError as exc:
        if exc.help and exc.help not in str(exc):
            exc.args = (f"{exc}; {exc.help}", *exc.args[1:])
        raise
