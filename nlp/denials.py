"""Faults that are denied ("não é ruim", "not bad at all") and faults that are thanked for.

The encoder adds its tokens up, and the name of a fault weighs more than the word that denies
it, thanks more than what they are for. So these are found by rule, in Portuguese, English and
Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.analyses import Span
from nlp.folding import Folded

_NOT = (
    r"(?:nao|nunca|jamais|no|not|never|(?:is|was|are|were|does|did|do|has|have|could)n['’]?t"
    r"|nem um pouco|neither)"
)
_BETWEEN = (
    r"(?:e|foi|era|eh|esta|estava|ta|tava|veio|ficou|ser|sao|foram|achei|acho|nada|tao|muito|la"
    r"|assim|nem|um pouco|de|todo|is|was|be|been|so|that|very|really|at|all|half|too|as|a|an|any"
    r"|es|fue|estuvo|estaba|ha|estado|sido|tan|muy|para|me|parece|pareceu|look|seem)"
)
_FAULT = (
    r"(?:ruim|ruins|mau|ma|mal|maus|pior|piores|pessim[oa]s?|horrive(?:l|is)|terrive(?:l|is)|feio|feia"
    r"|lent[oa]s?|demorad[oa]s?|car[oa]s?|chat[oa]s?|complicad[oa]s?|decepcionante|decepcionou"
    r"|decepciona|bad|terrible|awful|horrible|slow|expensive|disappointing|disappointed|rude"
    r"|boring|wors[et]|worst|mal[oa]s?|peor|lent[oa]s?|fe[oa]s?|aburrid[oa]s?)"
)
_SAID = (
    r"(?:nao (?:tenho|ha|tem|tive) (?:do que|nada (?:do que|a|para)) (?:me )?(?:reclamar|queixar)"
    r"|(?:sem|zero|nenhuma|no|without|ninguna|sin)"
    r" (?:reclamac(?:ao|oes)|queixas?|complaints?|quejas?)"
    r"|(?:can['’]?t|cannot|can not) complain|nothing to complain about|no me puedo quejar"
    r"|nao (?:me )?arrependo|nao me arrependi|(?:do|did)n['’]?t regret|no me arrepiento"
    r"|(?:problema|defeito) nenhum|nao podia ser melhor|could ?n['’]?t be better"
    r"|no podria ser mejor)"
)
_DENIED = re.compile(
    rf"(?<![\w'’]){_NOT}(?: {_BETWEEN}){{0,4}} {_FAULT}(?!\w)|(?<!\w){_SAID}(?!\w)"
)

_THANKS = (
    r"(?:thanks|thank you|thx|congrats|congratulations|kudos|well done"
    r"|obrigad[oa]s?|valeu|parabens|gracias|enhorabuena|felicidades)"
    r"(?: (?:so much|a lot|again|mesmo|muito|pessoal|gente|muchas|de nuevo|@\w+)){0,2}"
    r" (?:for|on|por|pel[oa]s?|em)"
)
_HARM = (
    r"(?:losing|ruining|cancel+ing|delaying|breaking|wasting|ignoring|messing|forgetting|charging"
    r"|leaving|making (?:me|us) (?:wait|late|miss)|hanging up|nothing|not? \w+ing"
    r"|perder(?:em)?|estraga(?:r|rem)|cancela(?:r|rem)|atrasa(?:r|rem)|quebra(?:r|rem)"
    r"|ignora(?:r|rem)|esquece(?:r|rem)|cobra(?:r|rem)|deixa(?:r|rem)|nada|nao \w+r(?:em)?"
    r"|arruinar(?:me)?|retrasar(?:me|nos)?|romper(?:me)?|ignorar(?:me|nos)?|olvidar(?:os|se)?"
    r"|cobrar(?:me|nos)|dejar(?:me|nos)|no \w+r(?:me|nos)?)"
)
_THANKED = re.compile(rf"(?<!\w){_THANKS}(?: \w+){{0,2}}? {_HARM}(?!\w)")


def denied_faults(folded: Folded) -> Iterator[Span]:
    """Where a fault is denied, in characters of the text as it was written."""
    for found in _DENIED.finditer(folded.text):
        yield folded.span(found.start(), found.end())


def thanked_faults(folded: Folded) -> Iterator[Span]:
    """Where thanks are given for a harm, which nobody means."""
    for found in _THANKED.finditer(folded.text):
        yield folded.span(found.start(), found.end())
