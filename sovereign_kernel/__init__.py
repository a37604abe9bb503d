"""SOVEREIGN: from a research goal to a draft that can be checked."""

__version__ = "0.1.0"
