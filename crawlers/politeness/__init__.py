"""Good manners and safety: one place that every request of every source passes."""
