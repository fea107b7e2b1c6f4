"""What connectors share: items and pages, posts made of them, listings, feeds, marked-up nodes."""
