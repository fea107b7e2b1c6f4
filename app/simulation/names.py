"""Names for the people of the town."""

from __future__ import annotations

import numpy as np

from app.simulation.people import People

_FIRST = {
    "pt": "ana bia caio davi edu fabio gabi helena igor joana karina leo lia marcos nina otavio "
    "paula rafa sandra tiago ursula vera wagner yara zeca camila diego elisa felipe gustavo "
    "heitor iris jorge livia mateus natalia olga pedro renata samuel teresa vitor rui ines "
    "duarte matilde goncalo leonor simao carlota",
    "en": "amy ben cara dan ella finn gina harry isla jack kate liam mia noah olive paul quinn "
    "rose sam tess una vic will xena yan zoe adam beth carl dora ewan faye greg holly ian jude "
    "kim lou meg ned",
}
_LAST = {
    "pt": "alves barros costa dias esteves faria gomes lima moura neves paiva queiroz ramos "
    "sousa torres vaz xavier pinto rocha teles cunha brito maia prado leal couto farias amaral",
    "en": "archer baker cole dale ellis ford gray hart irwin jones keane lowe marsh nash owens "
    "pike reed shaw tate vance webb york bell cross drew finch",
}


def handles(people: People, rng: np.random.Generator) -> list[str]:
    """A handle for each account, no two alike."""
    chosen = rng.random((len(people), 3))
    taken: dict[str, int] = {}
    names = []
    for variety, (first, last, style) in zip(people.variety.tolist(), chosen, strict=True):
        tongue = "en" if variety == 2 else "pt"
        names.append(_unlike(taken, _name(tongue, float(first), float(last), float(style))))
    return names


def _name(tongue: str, first: float, last: float, style: float) -> str:
    firsts, lasts = _FIRST[tongue].split(), _LAST[tongue].split()
    one, two = firsts[int(first * len(firsts))], lasts[int(last * len(lasts))]
    if style < 0.4:
        return f"{one}_{two}"
    return f"{one}{two}" if style < 0.7 else f"{one}.{two}"


def _unlike(taken: dict[str, int], name: str) -> str:
    count = taken[name] = taken.get(name, 0) + 1
    return name if count == 1 else f"{name}{count + 10}"
