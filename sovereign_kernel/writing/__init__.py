"""From checked claims to what a reader is shown: effects, the table of papers, conclusions, the answer. Pure."""
