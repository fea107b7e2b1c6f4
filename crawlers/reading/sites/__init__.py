"""Sites and blogs: feeds, marked-up pages, WordPress."""
