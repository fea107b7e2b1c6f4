"""Ask a person for the labels that teach most, and show how often the pipeline is right."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from app.lessons import accuracies, questions
from app.web.desk import Desk, Form, Reader
from app.web.pages.experience import who
from app.web.visitor import PERSON_COOKIE, keep_cookie
from domain.analyses import Asked, Correction, Label, Polarity

router = APIRouter()


@router.get("/teach")
def teach(desk: Reader) -> HTMLResponse:
    """Twenty posts, most useful first."""
    with desk.store.reading() as unit:
        asked, right = questions(unit, desk.now), accuracies(unit)
        told = len(unit.lessons.polarities())
    return desk.page(
        "teach.html",
        questions=asked,
        accuracies=right,
        told=told,
        polarities=tuple(Polarity),
        stages=desk.context.stages,
    )


@router.post("/teach")
async def taught(desk: Reader, form: Form) -> Response:
    """Keep what a person says of some of them; confirming counts as much as correcting."""
    person = who(desk, form)
    await run_in_threadpool(_keep, desk, list(_corrections(desk, form, person)))
    response = desk.back_to("/teach")
    keep_cookie(response, PERSON_COOKIE, person, desk.context.secure)
    return response


def _keep(desk: Desk, corrections: list[Correction]) -> None:
    with desk.store.writing() as unit:
        known = unit.posts.get_many([one.post_id for one in corrections])
        for one in corrections:
            if one.post_id in known:
                unit.analyses.correct(one)


def _corrections(desk: Desk, form: Form, person: str) -> Iterator[Correction]:
    """The fields are called ``useful-17-polarity``; an empty one says nothing."""
    allowed = {
        Label.POLARITY: {polarity.value for polarity in Polarity},
        Label.STAGE: {stage.id for stage in desk.context.stages},
    }
    for field, value in form.items():
        asked, _, rest = field.partition("-")
        id, _, label = rest.partition("-")
        known = asked in tuple(Asked) and label in allowed and id.isascii() and id.isdecimal()
        if known and value in allowed[Label(label)] and len(id) < 19:
            yield Correction(int(id), Label(label), value, person, desk.now, Asked(asked))
