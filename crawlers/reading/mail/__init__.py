"""Mailing lists and newsgroups: letters, mailboxes, archives, servers."""
