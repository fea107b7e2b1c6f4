"""Nodes of schema.org read into posts: reviews, postings, comments, questions, answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urldefrag, urljoin

from crawlers import moments
from crawlers.linked import DEEPEST, MOST_NODES, Graph, Node, listed, types_of
from crawlers.markup import plain
from crawlers.notices import is_notice
from domain.people import Author
from domain.posts import Engagement, Post, PostKind, Rating, Rejected

_KINDS = {
    "Review": PostKind.REVIEW,
    "UserReview": PostKind.REVIEW,
    "CriticReview": PostKind.REVIEW,
    "EmployerReview": PostKind.REVIEW,
    "DiscussionForumPosting": PostKind.POST,
    "SocialMediaPosting": PostKind.POST,
    "Comment": PostKind.COMMENT,
    "Question": PostKind.QUESTION,
    "Answer": PostKind.ANSWER,
}
_COUNTERS = {
    "LikeAction": "likes",
    "AgreeAction": "likes",
    "CommentAction": "replies",
    "ReplyAction": "replies",
    "WriteAction": "replies",
    "ShareAction": "shares",
    "ViewAction": "views",
    "WatchAction": "views",
    "ReadAction": "views",
}
_PLAIN_COUNTERS = {"upvoteCount": "likes", "commentCount": "replies", "answerCount": "replies"}
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_]|$)")
_OUT_OF = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:/|de|out of|of)\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands: below which post, in which thread."""

    parent: str | None = None
    thread: str | None = None
    item: str = ""


class NodeReader:
    """Reads the posts of one page out of its graph of nodes."""

    def __init__(
        self, source: str, language: str | None, url: str, graph: Graph, now: datetime
    ) -> None:
        self._source, self._language, self._url = source, language, url
        self._graph, self._now = graph, now
        self._moment = moments.reader(UTC, now, spoken=True)
        self._left = MOST_NODES
        self._read: set[int] = set()

    def posts(self) -> Iterator[Post | Rejected]:
        """Every post on the page, parents before their replies."""
        for root in self._graph.roots:
            yield from self._walk(root, Place(), 0)

    def _walk(self, value: Any, place: Place, depth: int) -> Iterator[Post | Rejected]:
        self._left -= 1
        if depth > DEEPEST or self._left < 0 or id(value) in self._read:
            return
        if isinstance(value, list):
            for one in value:
                yield from self._walk(self._graph.follow(one), place, depth + 1)
        elif isinstance(value, dict):
            self._read.add(id(value))
            yield from self._node(value, place, depth)

    def _node(self, node: Node, place: Place, depth: int) -> Iterator[Post | Rejected]:
        kind = next((_KINDS[one] for one in types_of(node) if one in _KINDS), None)
        if kind is not None:
            external_id = self._id(node, kind, place)
            yield self._post(node, kind, external_id, place)
            place = Place(external_id, place.thread or external_id, place.item)
        elif types_of(node) - {"ListItem", "ItemList"}:
            place = replace(place, item=self._graph.text(node, "name") or place.item)
        for value in list(node.values()):
            if isinstance(value, dict | list):
                yield from self._walk(self._graph.follow(value), place, depth + 1)

    def _post(self, node: Node, kind: PostKind, external_id: str, place: Place) -> Post | Rejected:
        words, labels = self._words(node)
        if not (words["text"] or words["title"] or words["rating"]):
            return self._rejected("empty", external_id, "no text, no title, no rating", node)
        if is_notice(words["text"]):
            return self._rejected("notice", external_id, "a notice in place of the text", node)
        written = self._graph.text(node, "datePublished", "dateCreated")
        try:
            created_at = self._moment(written) if written else self._now
        except moments.AbsurdTime as error:
            return self._rejected("absurd_time", external_id, str(error), node)
        except (ValueError, OverflowError) as error:
            return self._rejected("bad_time", external_id, str(error), node)
        return Post(
            source=self._source,
            external_id=external_id,
            kind=kind,
            created_at=created_at,
            author=self._author(node),
            parent=self._parent(node) or place.parent,
            thread=place.thread,
            url=self._link(node),
            language=self._spoken(node),
            engagement=self._engagement(node),
            accepted_answer=self._accepted(node, external_id, place),
            labels=labels | self._item(node, place) | ({} if written else {"time": "first seen"}),
            fetched_at=self._now,
            **words,
        )

    def _words(self, node: Node) -> tuple[dict[str, Any], dict[str, str]]:
        text, quoted = plain(self._graph.text(node, "reviewBody", "articleBody", "text"))
        text = text or plain(self._graph.text(node, "description"))[0]
        title = plain(self._graph.text(node, "headline", "name"))[0]
        rating, labels = self._rating(node)
        title = "" if title == text else title
        return {"text": text, "title": title, "quoted_text": quoted, "rating": rating}, labels

    def _id(self, node: Node, kind: PostKind, place: Place) -> str:
        """Its own name, or its own address, or else who wrote it when (else what)."""
        if node.get("@id"):
            return urljoin(self._url, str(node["@id"]))
        link = self._link(node)
        if link and (link != self._url or kind is not PostKind.REVIEW):
            own = urldefrag(link).url != urldefrag(self._url).url or "#" in link
            if own or place.parent is None:
                return link
        author, when = self._graph.text(node, "author"), self._graph.text(node, "datePublished")
        said = "" if author and when else self._graph.text(node, "reviewBody", "text", "name")
        key = "\n".join((place.parent or "", kind, author, when, said))
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:20]
        return f"{urldefrag(self._url).url}#{digest}"

    def _spoken(self, node: Node) -> str | None:
        match = _LANGUAGE.match(self._graph.text(node, "inLanguage"))
        return match[1].lower() if match else self._language

    def _link(self, node: Node) -> str | None:
        link = self._graph.one(node, "url")
        return urljoin(self._url, link) if isinstance(link, str) else None

    def _parent(self, node: Node) -> str | None:
        above = self._graph.one(node, "parentItem")
        name = above if isinstance(above, str) else (above or {}).get("@id")
        return urljoin(self._url, str(name)) if name else None

    def _accepted(self, node: Node, external_id: str, place: Place) -> str | None:
        answer = self._graph.one(node, "acceptedAnswer")
        if not isinstance(answer, dict):
            return None
        below = Place(external_id, place.thread or external_id, place.item)
        return self._id(answer, PostKind.ANSWER, below)

    def _author(self, node: Node) -> Author | None:
        who = self._graph.one(node, "author", "creator")
        if isinstance(who, dict):
            name = plain(self._graph.text(who, "name", "alternateName"))[0]
            known = self._graph.one(who, "url", "@id")
            url = urljoin(self._url, known) if isinstance(known, str) else None
        else:
            name, url = (plain(who)[0] if isinstance(who, str) else ""), None
        external_id = url or name
        return Author(self._source, external_id, name, url) if external_id else None

    def _rating(self, node: Node) -> tuple[Rating | None, dict[str, str]]:
        """The grade on its own scale; one that fits no scale is kept as a label."""
        given = self._graph.one(node, "reviewRating")
        given = given if isinstance(given, dict) else {"ratingValue": given}
        written = self._graph.text(given, "ratingValue")
        if not written:
            return None, {}
        match = _OUT_OF.fullmatch(written)
        try:
            value = _number(match[1] if match else written)
            best = _number(self._graph.text(given, "bestRating") or (match[2] if match else "5"))
            worst = _number(self._graph.text(given, "worstRating") or ("0" if value < 1 else "1"))
            return Rating(value, best=best, worst=worst), {}
        except ValueError:
            return None, {"rating": written[:80]}

    def _engagement(self, node: Node) -> Engagement:
        counts: dict[str, int | None] = {}
        for name, counter in _PLAIN_COUNTERS.items():
            counts[counter] = _count(self._graph.text(node, name)) or counts.get(counter)
        for statistic in listed(node.get("interactionStatistic")):
            statistic = self._graph.follow(statistic)
            if isinstance(statistic, dict):
                action = self._graph.one(statistic, "interactionType")
                action = action if isinstance(action, dict) else {"@type": action}
                for name in types_of(action) & _COUNTERS.keys():
                    value = self._graph.text(statistic, "userInteractionCount")
                    counts[_COUNTERS[name]] = _count(value)
        return Engagement(**counts)

    def _item(self, node: Node, place: Place) -> dict[str, str]:
        item = self._graph.text(node, "itemReviewed") or place.item
        return {"item": item[:200]} if item else {}

    def _rejected(self, code: str, where: str, detail: str, node: Node) -> Rejected:
        return Rejected(self._source, code, where, detail, str(node)[:2000])


def _number(text: str) -> float:
    return float(text.strip().rstrip("%").replace(",", "."))


def _count(text: str) -> int | None:
    digits = re.sub(r"[.,\s]", "", text)
    return int(digits) if digits.isdecimal() and len(digits) < 16 else None
