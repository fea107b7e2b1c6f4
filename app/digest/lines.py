"""The sentences of a digest, each with the link to what is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app import addresses
from app.digest.facts import Facts, StageChange
from app.digest.unheard import unheard
from app.languages import Tongue, head_count
from app.reasons import NN_, reach_to_come, rule_name, sentence
from app.templating import capitalised, excerpt, one_line, stage_name
from domain.alerts import Incident
from domain.brands import Brand
from domain.experiences import Experience

_AVERTED = ("answered_hour", "answered_day")
_SOMEBODY = 0.5
"""What an answer averts is told from so many people on: to spare nobody is no news."""


@dataclass(frozen=True, slots=True)
class Line:
    """A statement; ``quote`` holds a customer's words, ``notes`` what is said under it."""

    words: str
    link: str
    quote: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a title."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Narrator:
    """Says the facts of one brand's day in one reader's language."""

    facts: Facts
    brand: Brand
    tongue: Tongue
    stage_names: Mapping[str, str]

    def sections(self) -> tuple[Section, ...]:
        """Everything worth saying, in order; what has nothing to say is left out."""
        say, facts = self.tongue.say, self.facts
        told = (
            (say("What changed"), self._changes()),
            (self._travelling_title(), map(self._experience, facts.travelling)),
            (say("Serious, though quiet"), map(self._experience, facts.kept)),
            (say("Stages that got worse"), self._stages(worse=True)),
            (say("Stages that got better"), self._stages(worse=False)),
            (say("What was mended"), self._mended()),
            (say("Voices to thank"), map(self._voice, facts.voices)),
            (say("What we could not hear"), self._unheard()),
        )
        made = (Section(title, tuple(lines)) for title, lines in told)
        return tuple(section for section in made if section.lines)

    def headline(self) -> str:
        """The day in one sentence: the letter's subject."""
        today, day = self.facts.today, self.tongue.day(self.facts.day, "long")
        if not today.total:
            return self.tongue.say(
                "%(brand)s, %(day)s: a quiet day", brand=self.brand.name, day=day
            )
        return self.tongue.count(
            "%(brand)s, %(day)s: %(num)s mention, %(share)s negative",
            "%(brand)s, %(day)s: %(num)s mentions, %(share)s negative",
            today.total,
            brand=self.brand.name,
            day=day,
            share=self.tongue.percent(today.negative / today.total),
        )

    def _changes(self) -> Iterator[Line]:
        today, tongue = self.facts.today, self.tongue
        if not today.total:
            link = addresses.overview(self.brand.id, self.facts.day, 1)
            yield Line(tongue.say("Nobody spoke of %(brand)s.", brand=self.brand.name), link)
        else:
            yield Line(self._volume(), self._posts())
            yield from self._feelings()
        if self.facts.usual is not None:
            whole = addresses.overview(self.brand.id, self.facts.day, 30)
            yield Line(self._usual(self.facts.usual), whole)

    def _volume(self) -> str:
        today, tongue = self.facts.today, self.tongue
        return tongue.count(
            "%(num)s post spoke of %(brand)s.",
            "%(num)s posts spoke of %(brand)s.",
            today.total,
            brand=self.brand.name,
        )

    def _feelings(self) -> Iterator[Line]:
        """How many of the day's posts felt so, where any did."""
        today, tongue = self.facts.today, self.tongue
        counted = (
            (today.negative, "negative", *NN_("%(num)s was negative.", "%(num)s were negative.")),
            (today.neutral, "neutral", *NN_("%(num)s was neutral.", "%(num)s were neutral.")),
            (today.positive, "positive", *NN_("%(num)s was positive.", "%(num)s were positive.")),
        )
        for count, polarity, one, many in counted:
            if count:
                yield Line(tongue.count(one, many, count), self._posts(polarity=polarity))

    def _posts(self, polarity: str | None = None, stage: str | None = None) -> str:
        """The page of the day's posts, the day being this reader's wherever it is opened."""
        day, zone = self.facts.day, self.tongue.zone.key
        return addresses.posts(self.brand.id, day, day, zone=zone, polarity=polarity, stage=stage)

    def _usual(self, usual: float) -> str:
        tongue, share = self.tongue, self.facts.usual_negative or 0.0
        return tongue.count(
            "The usual day has %(num)s post, %(share)s of them negative.",
            "The usual day has %(num)s posts, %(share)s of them negative.",
            usual,
            share=tongue.percent(share),
        )

    def _travelling_title(self) -> str:
        if any(one.last_told_at in self.facts.window for one in self.facts.travelling):
            return self.tongue.say("What will travel furthest")
        return self.tongue.say("Still travelling from this week")

    def _experience(self, one: Experience) -> Line:
        tongue = self.tongue
        coming = tongue.say(
            "%(stage)s: %(reach)s; severity %(severity)s",
            stage=self._stage(one.stage),
            reach=reach_to_come(one.reach, tongue),
            severity=tongue.number(one.severity),
        )
        said = (
            sentence(factor.reason, tongue, self.stage_names)
            for factor in one.priority.factors
            if factor.name not in _AVERTED or factor.value >= _SOMEBODY
        )
        why = capitalised("; ".join(said))
        chosen = tongue.say("Chosen for today's set") if one.id in self.facts.picked else ""
        notes = tuple(note for note in (chosen, self._answered(one), why) if note)
        return Line(coming, addresses.experience(one.id), self._quote(one), notes)

    def _answered(self, one: Experience) -> str:
        if one.answer is None:
            return ""
        return self.tongue.say(
            "Answered on %(moment)s by %(name)s",
            moment=self.tongue.moment(one.answer.at),
            name=self.facts.answered_by.get(one.id) or self.tongue.say("the brand"),
        )

    def _stages(self, worse: bool) -> Iterator[Line]:
        for change in self.facts.stages:
            if change.certain and (change.share > change.usual) is worse:
                yield self._stage_line(change)

    def _stage_line(self, change: StageChange) -> Line:
        tongue = self.tongue
        words = tongue.say(
            "%(stage)s: %(negative)s of %(total)s negative; usually %(usual)s",
            stage=self._stage(change.stage),
            negative=tongue.number(change.negative),
            total=tongue.number(change.total),
            usual=tongue.percent(change.usual),
        )
        return Line(words, self._posts(stage=change.stage))

    def _mended(self) -> Iterator[Line]:
        for one in self.facts.came_round:
            words = self.tongue.say(
                "%(stage)s: a customer who was unhappy speaks well of it now",
                stage=self._stage(one.stage),
            )
            yield Line(words, addresses.experience(one.id), self._quote(one))
        for incident in self.facts.resolved:
            yield self._resolved(incident)

    def _resolved(self, incident: Incident) -> Line:
        about = self._stage(incident.stage) if incident.stage else self.brand.name
        words = self.tongue.count(
            "%(about)s: resolved, after %(num)s alert (%(rule)s)",
            "%(about)s: resolved, after %(num)s alerts (%(rule)s)",
            incident.alerts,
            about=about,
            rule=rule_name(incident.rule, self.tongue),
        )
        return Line(words, addresses.alerts(self.brand.id))

    def _voice(self, one: Experience) -> Line:
        post = self.facts.posts.get(one.id)
        author = post.author if post else None
        name = one_line(author.name or author.external_id, 60) if author else ""
        words = self.tongue.count(
            "%(name)s, reaching about %(num)s person",
            "%(name)s, reaching about %(num)s people",
            head_count(one.reach.so_far + one.reach.to_come),
            name=name or self.tongue.say("anonymous"),
        )
        return Line(words, addresses.experience(one.id), self._quote(one))

    def _unheard(self) -> Iterator[Line]:
        for words in unheard(self.facts.sources, self.facts.window, self.tongue):
            yield Line(words, addresses.sources())

    def _stage(self, stage: str) -> str:
        return stage_name(stage, self.stage_names, self.tongue)

    def _quote(self, one: Experience) -> str:
        post = self.facts.posts.get(one.id)
        return excerpt(post, 220) if post else ""
