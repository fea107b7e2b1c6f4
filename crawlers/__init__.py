"""Turn a site, a feed, an API or a file into posts."""
