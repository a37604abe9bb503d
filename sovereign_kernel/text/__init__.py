"""Words and sentences of scientific English."""
