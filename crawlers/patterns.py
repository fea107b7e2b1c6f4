"""Regular expressions in settings: one that cannot be read is told when they are loaded."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{value!r} is not a regular expression: {error}") from error
    return value


Pattern = Annotated[str, AfterValidator(_pattern)]
