"""The daily digest: what changed, what to mend, whom to thank, what could not be heard."""

from app.digest.write import write_digest

__all__ = ["write_digest"]
