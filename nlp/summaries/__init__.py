"""Summaries without invention: extracts and counted phrases that lead to their posts."""
