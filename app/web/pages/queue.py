"""The queue: what to mend next."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from app.picks import of_today, todays
from app.web.desk import BrandId, Offset, Reader, StageId
from app.web.reading import cards

router = APIRouter()
PAGE = 25


@router.get("/queue")
def queue(
    desk: Reader,
    brand: BrandId = None,
    stage: StageId = None,
    today: bool = False,
    unanswered: bool = False,
    offset: Offset = 0,
) -> HTMLResponse:
    """Experiences by the harm still to be averted; with ``today`` those chosen for today,
    with ``unanswered`` those that the brand has not answered."""
    chosen = desk.brand(brand)
    with desk.store.reading() as unit:
        picked = todays(unit)
        if today:
            found = of_today(unit, chosen.id if chosen else None, stage)
        else:
            found = unit.experiences.queue(
                brand=chosen.id if chosen else None,
                stage=stage or None,
                limit=PAGE + 1,
                offset=offset,
                unanswered=unanswered,
            )
        shown = cards(unit, found if today else found[:PAGE])
    return desk.page(
        "queue.html",
        cards=shown,
        brand=chosen,
        stage=stage,
        picked=picked,
        only_today=today,
        unanswered=unanswered,
        offset=offset,
        before=max(0, offset - PAGE) if offset else None,
        after=offset + PAGE if len(found) > PAGE and not today else None,
    )
