"""Turn a post's text into an analysis."""
