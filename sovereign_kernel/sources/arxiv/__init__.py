"""arXiv as a source."""
