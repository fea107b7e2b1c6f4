"""The eleven coarse aspects, and which of M-ABSA's fine categories belong to each."""

from __future__ import annotations

import re

ASPECTS = (
    "price",
    "delivery",
    "service",
    "quality",
    "usability",
    "performance",
    "design",
    "food",
    "place",
    "content",
    "overall",
)

# The first that is found in "domain entity attribute" (lower case) decides.
_RULES = tuple(
    (re.compile(pattern), aspect)
    for pattern, aspect in (
        (r"price|value|shipping fee|marketing", "price"),
        (r"logistics|shipment|shipping|packaging|amazon availability|inventory", "delivery"),
        (r"service|support|warranty|faculty|instructor|seller|company|response", "service"),
        (
            r"ease of use|usability|comprehensiveness|portability|lock screen|key design",
            "usability",
        ),
        (r"^(?:food|restaurant food|restaurant drinks|hotel food)", "food"),
        (r"^hotel|^restaurant (?:ambience|location)", "place"),
        (r"^sight (?:math|teach)|^coursera (?:material|assign|present|grades)", "content"),
        (r"course (?:quality|quantity|relatab|workload)", "content"),
        (r"operation_performance|performance|battery|signal|system|connect|config", "performance"),
        (r"quality|genuine|security", "quality"),
        (r"design|appearance|screen|display|camera|shooting|audio|accessories", "design"),
        (r"overall|general|buyer attitude|recommend|miscellaneous|feedback", "overall"),
    )
)


def aspect_of(domain: str, category: str) -> str | None:
    """The coarse aspect of a category as M-ABSA spells it in this domain, if there is one."""
    name = f"{domain} {category.strip().lower()}"
    return next((aspect for pattern, aspect in _RULES if pattern.search(name)), None)
