"""Runs on the small corpus, with roles of one's own."""

from tests.graph.conftest import options

__all__ = ["options"]
