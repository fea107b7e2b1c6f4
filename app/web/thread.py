"""A conversation as a tree, laid out line by line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.web.marks import Piece, marks_of, pieces
from domain.analyses import Analysis
from domain.brands import Brand
from domain.people import Author
from domain.posts import Post, PostKind

Place = tuple[str, str]
Turned = tuple[Post, int]
_DEEPEST, _MOST_TURNS = 6, 200
_OWN_LENGTH, _OTHER_LENGTH = 5_000, 1_200


@dataclass(frozen=True, slots=True)
class Turn:
    """One post of a conversation as it is shown.

    ``told`` marks the posts the page is about, ``answer`` those of the brand itself;
    ``reactions`` counts acts without words on it, ``cut`` the characters not shown.
    """

    post: Post
    depth: int
    told: bool
    answer: bool
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]
    cut: int
    reactions: int
    analysis: Analysis | None


def laid_out(posts: Sequence[Post]) -> list[Turned]:
    """Every post under the one it answers, with its depth; oldest first on each level."""
    known = {(post.source, post.external_id) for post in posts}
    children: dict[Place | None, list[Post]] = defaultdict(list)
    for post in posts:
        parent = (post.source, post.parent) if post.parent else None
        attached = parent in known and parent != (post.source, post.external_id)
        children[parent if attached else None].append(post)
    order = list(_walk(children.pop(None, []), children))
    # Posts that answer each other in a ring hang nowhere; they are shown all the same.
    return order + [(post, 0) for ring in children.values() for post in ring]


def _walk(roots: Sequence[Post], children: dict[Place | None, list[Post]]) -> Iterator[Turned]:
    waiting = [(post, 0) for post in reversed(roots)]
    while waiting:
        post, depth = waiting.pop()
        yield post, depth
        below = children.pop((post.source, post.external_id), [])
        waiting += [(child, depth + 1) for child in reversed(below)]


def turns(
    posts: Sequence[Post],
    analyses: Mapping[int, Analysis],
    told: Collection[int],
    brand: Brand | None = None,
) -> list[Turn]:
    """The conversation as shown: acts without words are counted on what they act on."""
    reactions = Counter(
        (post.source, post.parent) for post in posts if post.kind is PostKind.REACTION
    )
    spoken = [post for post in posts if post.kind is not PostKind.REACTION]
    return [
        _turn(post, depth, analyses.get(post.id), post.id in told, brand, reactions)
        for post, depth in _kept(laid_out(spoken), told)
    ]


def _kept(order: list[Turned], told: Collection[int]) -> list[Turned]:
    first, rest = order[:_MOST_TURNS], order[_MOST_TURNS:]
    return first + [(post, depth) for post, depth in rest if post.id in told]


def _turn(
    post: Post,
    depth: int,
    analysis: Analysis | None,
    told: bool,
    brand: Brand | None,
    reactions: Mapping[tuple[str, str | None], int],
) -> Turn:
    limit = _OWN_LENGTH if told else _OTHER_LENGTH
    marks = marks_of(analysis) if told else []
    start = len(post.content) - len(post.text)
    return Turn(
        post=post,
        depth=min(depth, _DEEPEST),
        told=told,
        answer=brand is not None and speaks_for(brand, post.author),
        title=tuple(pieces(post.title, marks, limit=300)),
        text=tuple(pieces(post.content, marks, start, limit)),
        cut=max(0, len(post.text) - limit),
        reactions=reactions.get((post.source, post.external_id), 0),
        analysis=analysis,
    )


def speaks_for(brand: Brand, author: Author | None) -> bool:
    """Whether an account is the brand's own voice."""
    if author is None:
        return False
    names = {author.handle, f"{author.source}:{author.external_id}".casefold()}
    return any(account.lstrip("@").casefold() in names for account in brand.accounts)
