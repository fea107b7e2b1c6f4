"""Files of one shape, as the settings name them."""

from __future__ import annotations

import codecs
import glob
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from crawlers.columns import Columns
from crawlers.rows import format_of
from crawlers.shipped import shipped
from domain.errors import SourceMalformed
from domain.posts import PostKind


def known_zone(name: str) -> str:
    """The name of a time zone; raises ValueError for what is none."""
    if name not in available_timezones():
        raise ValueError(f"{name} is not a time zone; write one such as America/Sao_Paulo")
    return name


# Named here: in the class below its own field has the function's name.
Zone = Annotated[str, AfterValidator(known_zone)]


def _encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError:
        raise ValueError(f"{name} is not an encoding; write one such as utf-8") from None
    return name


class FileSet(BaseModel):
    """Files of one shape, and how their rows become posts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(description="A path; * and ** stand for any name and any folders.")
    format: Literal["auto", "csv", "jsonl", "parquet", "xml", "posts"] = Field(
        default="auto", description="The shape of the rows; auto goes by the file's name."
    )
    mapping: Columns | None = Field(
        default=None,
        description=(
            "Which column fills which field, or the name of a mapping that comes with Boca; "
            "Boca's own post lines need none."
        ),
    )
    kinds: dict[str, PostKind | Literal["skip"]] = Field(
        default_factory=dict, description="What the values of the kind column mean."
    )
    default_kind: PostKind = Field(
        default=PostKind.POST, description="The kind of rows that name none."
    )
    rating_scale: tuple[float, float] = Field(
        default=(1.0, 5.0), description="The worst and the best grade."
    )
    html: bool = Field(default=False, description="Whether text and title are HTML.")
    delimiter: str | None = Field(
        default=None, min_length=1, max_length=1, description="What parts CSV fields; else guessed."
    )
    encoding: Annotated[str, AfterValidator(_encoding)] | None = Field(
        default=None, description="Such as cp1252; without one UTF-8 is tried first, then cp1252."
    )
    time_zone: Zone = Field(default="UTC", description="Where times without a zone were written.")
    day_first: bool = Field(default=False, description="Whether 03/04/2026 is the third of April.")
    created_format: str | None = Field(
        default=None, description="A strptime pattern, for times in an unusual form."
    )

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        """A mapping's name stands for all that it says; what is written besides wins."""
        if isinstance(given, dict) and isinstance(given.get("mapping"), str):
            found = shipped(given["mapping"])
            return {**found, **given, "mapping": found["mapping"]}
        return given

    @model_validator(mode="after")
    def _fits(self) -> FileSet:
        if self.mapping is None and self.format in {"csv", "parquet", "xml"}:
            raise ValueError(f"{self.format} files need a mapping with at least created_at")
        if self.rating_scale[0] >= self.rating_scale[1]:
            raise ValueError("rating_scale is [worst, best], the worst below the best")
        return self

    def shape_of(self, path: Path) -> str:
        """The format of one file; raises SourceMalformed where nothing tells it."""
        shape = format_of(path) if self.format == "auto" else self.format
        if shape == "jsonl" and self.mapping is None:
            return "posts"
        if shape is None:
            raise SourceMalformed(
                "nothing tells the file's format", where=str(path), todo="set format: csv or like"
            )
        if self.mapping is None and shape != "posts":
            raise SourceMalformed(
                f"a {shape} file needs a mapping", where=str(path), todo="write one in the settings"
            )
        return shape

    def paths(self) -> list[Path]:
        """The files that are there now."""
        # glob.glob, because a pattern may be absolute, which Path.glob refuses.
        found = [Path(path) for path in sorted(glob.glob(self.path, recursive=True))]  # noqa: PTH207
        return [path for path in found if path.is_file()]
