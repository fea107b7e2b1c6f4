"""Posts that could not be analysed, as quarantine keeps them.

Codes: ``unreadable`` (no text), ``failed`` (a component raised), ``crashed``, ``hung`` and
``memory`` (it took its worker with it).
"""

from __future__ import annotations

import structlog

from domain.posts import Post, Rejected

_RAW = 2_000

log = structlog.get_logger(__name__)


def rejected(post: Post, code: str, step: str, error: Exception) -> Rejected:
    """The quarantine row of a post, with the step and the error that refused it."""
    log.warning("post rejected", code=code, step=step, post_id=post.id, error=type(error).__name__)
    key = f"{post.source}/{post.external_id}"
    detail = f"{step}: {type(error).__name__}: {error}"[:_RAW]
    return Rejected(post.source, code, key, detail, str(post.text)[:_RAW])
