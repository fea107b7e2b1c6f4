"""What connectors share: items and pages, posts made of them, listings, threads.

What is peculiar to a family of places stands in its folder: forums, networks, sites, stores, mail.
"""
