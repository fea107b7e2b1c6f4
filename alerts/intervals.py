"""A length of time in the settings, as people write it: 15m, 4h, 2d."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

from domain.windows import duration

Interval = Annotated[timedelta, BeforeValidator(duration)]
