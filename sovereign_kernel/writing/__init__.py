"""From checked claims to what a reader is shown: reported effects, the table of papers, conclusions, the answer. Pure."""
