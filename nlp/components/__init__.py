"""The steps of understanding, one spaCy component in each file."""
