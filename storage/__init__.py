"""Keep everything, answer every query."""
