"""Forums, question sites and kin: what becomes posts, and how their pages follow each other."""
