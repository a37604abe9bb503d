"""Embedders behind one port. Light: `nim` and `openai` load LangChain when they connect."""
