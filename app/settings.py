"""The whole of config.yaml: each room's section, composed and checked at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
)

from alerts.grouping import GroupingSettings
from alerts.intervals import Interval
from alerts.priority import PrioritySettings
from alerts.settings import AlertSettings
from app import configfile
from app.crosschecks import cross_check
from app.mistakes import mistakes_of
from crawlers.settings import PolitenessSettings, SourceSettings
from domain.brands import Brand, Playbook, ServiceStage
from domain.errors import Mistake, QueryError, SettingsError
from domain.people import Person, QuietHours, Role
from graph.settings import GraphSettings
from nlp.queries.reader import read
from nlp.settings import NlpSettings
from nlp.summaries.settings import SummarySettings
from nlp.topics.settings import TopicSettings
from storage.settings import StorageSettings

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _readable(query: Any) -> Any:
    """A query that can be read; else what is wrong, and at which of its characters."""
    try:
        if isinstance(query, str):
            read(query)
    except QueryError as error:
        raise ValueError(str(error)) from error
    return query


BrandQuery = Annotated[str, BeforeValidator(_readable)]


class BrandSettings(_Section):
    """A brand we listen for."""

    id: Identifier = Field(description="A short name used in addresses and files.")
    name: str = Field(min_length=1, description="The name as people write it.")
    aliases: tuple[str, ...] = Field(default=(), description="Other words that mean it.")
    products: tuple[str, ...] = Field(default=(), description="Products that mean it too.")
    exclusions: tuple[str, ...] = Field(
        default=(), description="Phrases that hold a name and mean something else."
    )
    accounts: tuple[str, ...] = Field(
        default=(), description="Its own accounts: a handle, or source:id. They answer, not tell."
    )
    own: bool = Field(default=True, description="False for a rival: heard, not queued.")
    query: BrandQuery | None = Field(
        default=None,
        description="What decides that a post speaks of it, in place of names and exclusions.",
    )


class LaunchSettings(_Section):
    """Something new whose adopters are followed."""

    name: str = Field(min_length=1, description="What it is called on pages.")
    brand: str = Field(description="The id of the brand whose it is.")
    query: BrandQuery = Field(description="What an adopter's first post on it matches.")
    since: date | None = Field(
        default=None, description="The day (UTC) before which nobody had it."
    )


class PlaybookSettings(_Section):
    """The procedure for a stage that failed."""

    title: str = Field(min_length=1, description="What it is for.")
    steps: tuple[str, ...] = Field(min_length=1, description="What to do, in order.")


CommonStage = Literal[
    "discovery",
    "purchase",
    "delivery",
    "onboarding",
    "use",
    "support",
    "billing",
    "cancellation",
]


class StageSettings(_Section):
    """A step of the service blueprint."""

    id: Identifier = Field(description="A short name used in addresses and files.")
    name: str = Field(min_length=1, description="The step's name for people.")
    words: tuple[str, ...] = Field(default=(), description="Words that tell of it.")
    examples: tuple[str, ...] = Field(
        default=(), description="Sentences a customer could say of it, in each language."
    )
    weight: float = Field(default=0.5, ge=0, le=1, description="How much its failure harms.")
    owner: str | None = Field(default=None, description="The id of the person who answers for it.")
    playbook: PlaybookSettings | None = Field(default=None, description="What to do about it.")
    like: CommonStage | None = Field(
        default=None, description="The common stage that it is like, whose words then help it."
    )


def _clock_time(text: Any) -> Any:
    """7:30 is a time of day, as people write it."""
    return f"0{text}" if isinstance(text, str) and text[1:2] == ":" else text


ClockTime = Annotated[time, BeforeValidator(_clock_time)]


class QuietHoursSettings(_Section):
    """Hours in which only urgent messages go out."""

    start: ClockTime = Field(description="From this local time, as 22:00.")
    end: ClockTime = Field(description="To this local time; may lie after midnight.")


def _zone(name: Any) -> ZoneInfo:
    try:
        return name if isinstance(name, ZoneInfo) else ZoneInfo(str(name))
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(
            f"no time zone is called {name!r}; write one such as America/Sao_Paulo"
        ) from error


Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Language = Literal["en", "pt"]


class PersonSettings(_Section):
    """Someone whom Boca tells."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    id: Identifier = Field(description="A short name used in routes and stages.")
    name: str = Field(min_length=1, description="How letters greet them.")
    role: Role = Field(description="manager, lead or analyst.")
    language: Language = Field(default="en", description="The language of their letters.")
    zone: Zone = Field(default=ZoneInfo("UTC"), description="Their time zone, as Europe/Lisbon.")
    channels: dict[str, str] = Field(
        default_factory=dict, description="Their address on each notifier they are told through."
    )
    brands: frozenset[str] = Field(default=frozenset(), description="Brands they see; empty: all.")
    stages: frozenset[str] = Field(default=frozenset(), description="Stages they see; empty: all.")
    quiet_hours: QuietHoursSettings | None = Field(default=None, description="When not to disturb.")
    digest_at: ClockTime | None = Field(default=None, description="Local time of the daily digest.")


class WebSettings(_Section):
    """Where the page is served."""

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8600, ge=1, le=65535, description="Port to listen on.")
    base_url: str = Field(default="", description="The page's address as people reach it.")
    token: SecretStr | None = Field(default=None, description="Needed when not on loopback.")
    token_file: Path | None = Field(default=None, description="A file that holds the token.")
    zone: Zone = Field(default=ZoneInfo("UTC"), description="Time zone of the page's charts.")

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    @property
    def address(self) -> str:
        """The address that links in letters start with."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")


class ScheduleSettings(_Section):
    """How often the steps look for work."""

    every: Interval = Field(default=timedelta(minutes=15), description="Pause between two rounds.")


class Settings(_Section):
    """Everything in config.yaml."""

    brands: tuple[BrandSettings, ...] = Field(min_length=1, description="Whom we listen for.")
    stages: tuple[StageSettings, ...] = Field(default=(), description="The service blueprint.")
    people: tuple[PersonSettings, ...] = Field(default=(), description="Whom Boca tells.")
    sources: tuple[SourceSettings, ...] = Field(default=(), description="Where customers talk.")
    politeness: PolitenessSettings = Field(default_factory=PolitenessSettings)
    nlp: NlpSettings = Field(default_factory=lambda: NlpSettings())
    launches: tuple[LaunchSettings, ...] = Field(
        default=(), description="What is new, and whose adopters are followed."
    )
    topics: TopicSettings = Field(default_factory=lambda: TopicSettings())
    summaries: SummarySettings = Field(default_factory=lambda: SummarySettings())
    graph: GraphSettings = Field(default_factory=GraphSettings)
    grouping: GroupingSettings = Field(default_factory=GroupingSettings)
    priority: PrioritySettings = Field(default_factory=PrioritySettings)
    alerts: AlertSettings = Field(default_factory=AlertSettings)
    storage: StorageSettings = Field(default_factory=lambda: StorageSettings())
    web: WebSettings = Field(default_factory=WebSettings)
    schedule: ScheduleSettings = Field(default_factory=ScheduleSettings)

    def on_port(self, port: int | None) -> Settings:
        """The same settings with the page on this port, if one is given."""
        if port is None:
            return self
        return self.model_copy(update={"web": self.web.model_copy(update={"port": port})})

    def brand_list(self) -> tuple[Brand, ...]:
        """The brands as the rooms know them, each with the sources that are about it."""
        about: dict[str, list[str]] = {}
        for source in self.sources:
            if source.brand:
                about.setdefault(source.brand, []).append(source.name)
        return tuple(
            Brand(**brand.model_dump(), sources=tuple(about.get(brand.id, ())))
            for brand in self.brands
        )

    def stage_list(self) -> tuple[ServiceStage, ...]:
        """The service blueprint as the rooms know it."""
        return tuple(_stage(stage) for stage in self.stages)

    def person_list(self) -> tuple[Person, ...]:
        """The people as the rooms know them."""
        return tuple(_person(person) for person in self.people)


def _stage(stage: StageSettings) -> ServiceStage:
    book = Playbook(stage.playbook.title, stage.playbook.steps) if stage.playbook else None
    return ServiceStage(**stage.model_dump(exclude={"playbook"}), playbook=book)


def _person(person: PersonSettings) -> Person:
    quiet = person.quiet_hours
    fields = person.model_dump(exclude={"quiet_hours", "digest_at"})
    return Person(**fields, quiet_hours=QuietHours(quiet.start, quiet.end) if quiet else None)


def load_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read, fill in and check the settings; raises SettingsError with every mistake."""
    raw, mistakes = configfile.read(path, os.environ if environment is None else environment)
    sections = {name: _section(name, raw[name], mistakes) for name in raw}
    mistakes += cross_check(raw)
    if "brands" not in raw:
        mistakes.append(Mistake("brands", "is missing", "name at least one brand to listen for"))
    if mistakes:
        raise SettingsError(tuple(mistakes), where=str(path))
    return Settings(**sections)


def _section(name: str, value: Any, mistakes: list[Mistake]) -> Any:
    """One section on its own, so that a mistake in it does not hide those of the others."""
    field = Settings.model_fields.get(name)
    if field is None:
        known = ", ".join(Settings.model_fields)
        mistakes.append(Mistake(name, "no such section", f"known sections: {known}"))
        return None
    try:
        shape: Any = Annotated[field.annotation, field]
        return TypeAdapter(shape).validate_python(value)
    except ValidationError as error:
        mistakes.extend(mistakes_of(error, name, Settings))
        return None
