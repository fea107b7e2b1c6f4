"""A simulated town: customers who talk, and the truth of who moves whom."""
