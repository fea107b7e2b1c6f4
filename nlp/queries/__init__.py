"""The language in which people say what to look for: read it, and match posts against it."""
