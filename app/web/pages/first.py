"""The first page: a brand over time."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from app import addresses
from app.picks import todays
from app.web.charts import Address, day_bars
from app.web.desk import BrandId, Desk, Reader
from app.web.overview import Overview, overview
from domain.brands import Brand

router = APIRouter()
PERIODS = (7, 30, 90)
Days = Annotated[int, Query(ge=1, le=366)]
Until = Annotated[date | None, Query(ge=date(2000, 1, 1), le=date(2200, 1, 1))]


@router.get("/")
def first(
    desk: Reader, brand: BrandId = None, days: Days = 30, until: Until = None
) -> HTMLResponse:
    """Volume, sentiment, stages and the experiences that will travel furthest."""
    chosen = desk.brand(brand) or next(iter(desk.context.own_brands), desk.context.brands[0])
    with desk.store.reading() as unit:
        seen = overview(unit, chosen.id, until or desk.today, days, desk.tongue.zone)
        picked = todays(unit)
    address = _address(desk, chosen)
    return desk.page(
        "overview.html",
        brand=chosen,
        seen=seen,
        today_ids=picked.ids if picked else (),
        days=days,
        until=until,
        periods=PERIODS,
        heat=_most_negative(seen),
        wide=day_bars(seen.days, desk.tongue, 1040, address),
        narrow=day_bars(seen.days, desk.tongue, 360, address),
    )


def _address(desk: Desk, brand: Brand) -> Address:
    zone = desk.tongue.zone.key
    return lambda day, kind: addresses.posts(brand.id, day, day, zone=zone, polarity=kind)


def _most_negative(seen: Overview) -> int:
    return max((cell.negative for row in seen.stages for cell in row.cells), default=0)
