"""Texts from standard input and what they mean: for those who have no store."""
