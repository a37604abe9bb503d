"""Finds text in a paper that speaks to the machine that reads it."""
