"""The things a post names: products, names, money, dates, orders and versions, by rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Self

from spacy.tokens import Doc

from domain.analyses import Entity, EntityKind, Span
from domain.brands import Brand
from nlp.components.component import Component
from nlp.names import Name, NameFinder
from nlp.parts import Parts

MOST = 50
"""Things kept of one post: a price list names thousands."""

_CURRENCIES = {"r$": "BRL", "us$": "USD", "€": "EUR", "$": "USD", "£": "GBP"}
_CURRENCIES |= dict.fromkeys(("brl", "reais", "real", "conto", "contos"), "BRL")
_CURRENCIES |= dict.fromkeys(("usd", "dollar", "dollars", "dólar", "dólares", "bucks"), "USD")
_CURRENCIES |= dict.fromkeys(("eur", "euro", "euros"), "EUR")
_CURRENCIES |= dict.fromkeys(("gbp", "pounds", "quid"), "GBP")
_NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d)"
_MONEY = re.compile(
    rf"(?P<sign>R\$|US\$|€|\$|£|\b(?:BRL|EUR|USD|GBP))\s?(?P<after>{_NUMBER})"
    rf"|(?<![\w.,])(?P<before>{_NUMBER})\s?(?P<word>€|£|(?:reais|real|contos?|euros?|eur|dollars?"
    r"|dólar(?:es)?|bucks|pounds|quid|brl|usd)\b)",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janeiro january jan enero",
            "fevereiro february feb fev febrero",
            "março marco march mar marzo",
            "abril april apr abr",
            "maio may mayo",
            "junho june jun junio",
            "julho july jul julio",
            "agosto august aug ago",
            "setembro september sept sep set septiembre",
            "outubro october oct out octubre",
            "novembro november nov noviembre",
            "dezembro december dec dez diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_DIGIT = re.compile(r"\d")
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_INITIAL = "".join(sorted({name[0] for name in _MONTHS}))  # looked at first: that is quicker
_DATE = re.compile(
    r"\b(?P<iso>\d{4}-\d{2}-\d{2})\b"
    r"|(?<![\d/.-])(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})(?:[/.-](?P<year>\d{4}|\d{2}))(?![\d/])"
    rf"|\b(?P<day2>\d{{1,2}})º?\s(?:de\s)?(?P<name>{_MONTH})(?:\s(?:de\s)?(?P<year2>\d{{4}}))?\b"
    rf"|\b(?=[{_INITIAL}])(?P<name3>{_MONTH})\s(?P<day3>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<year3>\d{{4}}))?\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:pedidos?|protocolos?|encomenda|ordem|reserva|chamado|localizador|nota fiscal|nf|os"
    r"|order|ticket|case|booking|reservation|confirmation|reference|tracking|rastreio|incidencia)"
    r"\s{0,2}(?:n[º°o.]{0,2}|number|no\.?|num(?:ero)?|número|código|code|id)?\s{0,2}[:#]?\s{0,2}"
    r"(?P<code>(?=[A-Z-]{0,12}\d)[A-Z0-9][A-Z0-9-]{3,24})\b|(?<![\w&])#(?P<hash>\d{4,15})\b",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"\b(?:vers[aã]o|version|versión|firmware|build|release|update|atualização|actualización|ios"
    r"|android|windows)\s{0,2}(?P<told>\d{1,4}(?:\.\d{1,5}){0,4})\b|\bv(?P<short>\d{1,4}(?:\.\d{1,5}){1,4})\b",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"\b(?:[A-Z][A-Za-z]{1,20}\s){0,2}(?:[A-Z][A-Za-z]{0,20}[- ]?\d{1,5}[A-Za-z]{0,4}"
    r"|[A-Z]{1,5}-?\d{1,5}[A-Z]{0,4}\d{0,3}|i[A-Z][a-z]{2,8}(?:\s\d{1,2})?)"
    r"(?:\s(?:Pro|Max|Plus|Ultra|Mini|Lite|Air|SE|FE)){0,2}\b"
)
_NAME = re.compile(r"\b[A-ZÀ-Ý][a-zà-ÿ]{2,20}(?:\s(?:d[aeo]s?\s)?[A-ZÀ-Ý][a-zà-ÿ]{2,20}){0,3}\b")
_OPENING = re.compile(r"(?:^|[.!?:;\n…\"“(*•-])\s*$")


class EntityFinder(Component):
    """Finds what is named, the surer kinds first; places do not overlap."""

    name = "entities"
    requires = ("doc._.folded", "doc._.mentions")
    assigns = ("doc._.entities",)

    def __init__(self, brands: Sequence[Brand]) -> None:
        self._products = NameFinder(
            Name(product, product) for brand in brands for product in dict.fromkeys(brand.products)
        )

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """With the products of the settings' brands."""
        return cls(parts.brands)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write at most ``MOST`` things in order of appearance."""
        for doc in docs:
            kept = _apart(self._found(doc), [one.span for one in doc._.mentions if one.span])
            doc._.entities = tuple(sorted(kept, key=lambda one: one.evidence))

    def _found(self, doc: Doc) -> Iterator[Entity]:
        for found in self._products.find(doc._.folded):
            span = doc._.folded.span(found.start, found.end)
            yield Entity(EntityKind.PRODUCT, found.name.meaning, 0.99, span)
        numbered = _DIGIT.search(doc._.text) is not None
        for find in (*(_OF_DIGITS if numbered else ()), _models, _names):
            yield from islice(find(doc._.text), MOST)


def _apart(found: Iterable[Entity], brands: Sequence[Span]) -> list[Entity]:
    """The first of those that overlap; a brand's own name is a mention, not an entity."""
    kept: list[Entity] = []
    for one in found:
        taken = any(_overlap(one.evidence, other.evidence) for other in kept)
        named = one.kind is EntityKind.NAME and any(_overlap(one.evidence, b) for b in brands)
        if not taken and not named:
            kept.append(one)
        if len(kept) == MOST:
            break
    return kept


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _money(text: str) -> Iterator[Entity]:
    for match in _MONEY.finditer(text):
        unit = _CURRENCIES[(match["sign"] or match["word"]).lower()]
        amount = _amount(match["after"] or match["before"])
        yield _entity(EntityKind.MONEY, f"{amount:.2f} {unit}", 0.97, match)


def _amount(digits: str) -> float:
    """A number as people write it: the last sign before one or two digits parts the cents."""
    cents = re.fullmatch(r"(.*)[.,](\d{1,2})", digits)
    whole, part = (cents[1], cents[2]) if cents else (digits, "0")
    return float(f"{re.sub(r'[.,]', '', whole)}.{part}")


def _dates(text: str) -> Iterator[Entity]:
    for match in _DATE.finditer(text):
        if (value := _date(match)) is not None:
            yield _entity(EntityKind.DATE, value, 0.95, match)


def _date(match: re.Match[str]) -> str | None:
    """As ISO 8601 says it, ``--03-12`` without a year; None where there is no such day."""
    if match["iso"]:
        return match["iso"]
    name = match["name"] or match["name3"]
    month = _MONTHS[name.lower()] if name else int(match["month"])
    day = int(match["day"] or match["day2"] or match["day3"])
    year = match["year"] or match["year2"] or match["year3"] or "-"
    if month > 12 and day <= 12:
        day, month = month, day
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{'20' + year if len(year) == 2 else year}-{month:02d}-{day:02d}"


def _orders(text: str) -> Iterator[Entity]:
    for match in _ORDER.finditer(text):
        yield _entity(EntityKind.ORDER, match["code"] or match["hash"], 0.9, match)


def _versions(text: str) -> Iterator[Entity]:
    for match in _VERSION.finditer(text):
        yield _entity(EntityKind.VERSION, match["told"] or match["short"], 0.9, match)


def _models(text: str) -> Iterator[Entity]:
    for match in _MODEL.finditer(text):
        yield _entity(EntityKind.PRODUCT, match[0], 0.6, match)


def _names(text: str) -> Iterator[Entity]:
    """Capitals where the sentence asks for none; two such words anywhere."""
    for match in _NAME.finditer(text):
        opens = _OPENING.search(text[max(0, match.start() - 4) : match.start()])
        if not opens or " " in match[0]:
            yield _entity(EntityKind.NAME, match[0], 0.5 if opens else 0.7, match)


def _entity(kind: EntityKind, value: str, confidence: float, match: re.Match[str]) -> Entity:
    return Entity(kind, value, confidence, Span(match.start(), match.end()))


_OF_DIGITS = (_money, _dates, _orders, _versions)
"""What looks for things that hold a digit."""
