"""Topics: found among the vectors of posts, named by their words, followed over time."""
