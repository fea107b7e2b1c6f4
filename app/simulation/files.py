"""A town in a folder: a file of posts for each source, and its truth beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq

from app.simulation.habits import without_accents
from app.simulation.settings import BrandWords, TownSettings
from app.simulation.town import Town
from app.simulation.truth import POSTS, post_rows, write_facts
from app.simulation.writing import write_posts

_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class TownFiles:
    """Where a town was written: the folders of its posts and its truth, and how many posts."""

    posts: Path
    truth: Path
    count: int


def write_town(town: Town, folder: Path) -> TownFiles:
    """Write ``posts/`` and ``truth/`` into the folder, which is made if need be."""
    files = TownFiles(folder / "posts", folder / "truth", len(town.posts))
    files.posts.mkdir(parents=True, exist_ok=True)
    files.truth.mkdir(exist_ok=True)
    write_facts(town, files.truth)
    names = brand_finder(town.settings)
    posts = write_posts(town, files.posts)
    with pq.ParquetWriter(files.truth / "posts.parquet", POSTS, compression="zstd") as writer:
        for first in range(0, len(town.posts), _ROWS_AT_ONCE):
            named = [names(post.content) for post in islice(posts, _ROWS_AT_ONCE)]
            writer.write_table(post_rows(town, first, named))
    return files


def brand_finder(settings: TownSettings) -> Callable[[str], list[str]]:
    """A function from a text to the ids of the brands it names, as whole words."""
    patterns = {brand.id: _pattern(brand) for brand in (settings.brand, settings.rival)}

    def named(text: str) -> list[str]:
        folded = without_accents(text).casefold()
        return [brand for brand, pattern in patterns.items() if pattern.search(folded)]

    return named


def _pattern(brand: BrandWords) -> re.Pattern[str]:
    names = (without_accents(name).casefold() for name in (brand.name, *brand.products))
    return re.compile(rf"(?<![\w@])(?:{'|'.join(map(re.escape, names))})(?!\w)")
