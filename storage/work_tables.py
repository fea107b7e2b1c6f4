"""The tables of what Boca makes: interactions, influence, experiences, and what it told whom."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
    literal_column,
)

from storage import stamp_tables as stamp_tables
from storage import story_tables as story_tables
from storage.columns import Json, Key, Moment, Whole, Words
from storage.tables import NUMBERED, numbered, of_post
from storage.tables import metadata as metadata

interactions = Table(
    "interactions",
    metadata,
    of_post(primary_key=True, autoincrement=False),
    Column("speaker_id", Whole, primary_key=True, autoincrement=False),
    Column("kind", Words, primary_key=True),
    Column("actor_id", Whole, nullable=False),
    Column("at", Moment, nullable=False),
    Column("on_post_id", Whole),
    Index(None, "at"),
    Index(None, "on_post_id"),
    Index(None, "speaker_id", "at"),
    Index(None, "actor_id", "at"),
)

influences = Table(
    "influences",
    metadata,
    Column("measure", Key, primary_key=True),
    Column("topic", Key, primary_key=True),
    Column("author_id", Whole, primary_key=True, autoincrement=False),
    Column("value", Float, nullable=False),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("measured_at", Moment, nullable=False),
    Index(None, "author_id"),
    Index(None, "measure", "topic", "value"),
)

experiences = Table(
    "experiences",
    metadata,
    numbered(),
    Column("key", Key, nullable=False, unique=True),
    Column("brand", Key, nullable=False),
    Column("stage", Key, nullable=False),
    Column("author_id", Whole),
    Column("told_at", Moment, nullable=False),
    Column("last_told_at", Moment, nullable=False),
    Column("score", Float, nullable=False),
    Column("severity", Float, nullable=False),
    Column("so_far", Whole, nullable=False),
    Column("to_come", Float, nullable=False),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("priority", Float, nullable=False),
    Column("floored", Whole, nullable=False),
    Column("factors", Json),
    Column("post_ids", Json),
    Column("weighed_at", Moment),
    Column("answered_at", Moment),
    Column("answered_by", Whole),
    Index(None, "priority"),
    Index(None, "brand", "priority"),
    Index(None, "brand", "last_told_at"),
    Index(None, "author_id", "brand", "stage"),
    Index(None, "last_told_at"),
    Index(None, "weighed_at"),
    **NUMBERED,
)

experience_posts = Table(
    "experience_posts",
    metadata,
    of_post(primary_key=True, autoincrement=False),
    Column(
        "experience_id",
        Whole,
        ForeignKey("experiences.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
)

learned = Table(
    "learned",
    metadata,
    Column("name", Key, primary_key=True),
    Column("value", Json),
    Column("at", Moment, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    numbered(),
    Column("key", Key, nullable=False, unique=True),
    Column("rule", Key, nullable=False),
    Column("kind", Words, nullable=False),
    Column("brand", Key, nullable=False),
    Column("group", Key, nullable=False),
    Column("reason_code", Words, nullable=False),
    Column("reason_params", Json),
    Column("fired_at", Moment, nullable=False),
    Column("stage", Key),
    Column("experience_id", Whole, index=True),
    Column("post_ids", Json),
    Column("urgent", Whole, nullable=False),
    Column("labels", Json),
    Column("incident_id", Whole, index=True),
    Index(None, "rule", "fired_at"),
    **NUMBERED,
)

incidents = Table(
    "incidents",
    metadata,
    numbered(),
    Column("group", Key, nullable=False),
    Column("brand", Key, nullable=False),
    Column("rule", Key, nullable=False),
    Column("stage", Key),
    Column("state", Words, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("last_alert_at", Moment, nullable=False),
    Column("alerts", Whole, nullable=False),
    Column("acknowledged_by", Key),
    Column("acknowledged_at", Moment),
    Column("resolved_by", Key),
    Column("resolved_at", Moment),
    **NUMBERED,
)
UNRESOLVED = incidents.c.state != literal_column("'resolved'")
Index(
    "uq_incidents_unresolved_group",
    incidents.c.group,
    unique=True,
    sqlite_where=UNRESOLVED,
    postgresql_where=UNRESOLVED,
)

silences = Table(
    "silences",
    metadata,
    numbered(),
    Column("matches", Json),
    Column("until", Moment, nullable=False, index=True),
    Column("person", Key, nullable=False),
    Column("comment", Words, nullable=False),
    **NUMBERED,
)

outbox = Table(
    "outbox",
    metadata,
    numbered(),
    Column("key", Key, nullable=False, unique=True),
    Column("notifier", Key, nullable=False),
    Column("recipient", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("html", Words, nullable=False),
    Column("link", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("send_after", Moment, nullable=False),
    Column("alert_key", Key),
    Column("language", Words, nullable=False),
    Column("payload", Json),
    Column("state", Words, nullable=False),
    Column("attempts", Whole, nullable=False),
    Column("next_try_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("last_error", Words, nullable=False),
    Index(None, "state", "next_try_at"),
    **NUMBERED,
)

digests = Table(
    "digests",
    metadata,
    numbered(),
    Column("person", Key, nullable=False),
    Column("brand", Key, nullable=False),
    Column("local_date", Date, nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("message_keys", Json),
    Column("subject", Words, nullable=False),
    Column("html", Words, nullable=False),
    UniqueConstraint("person", "brand", "local_date"),
    **NUMBERED,
)

runs = Table(
    "runs",
    metadata,
    numbered(),
    Column("step", Key, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("counts", Json),
    Column("detail", Words, nullable=False),
    Index(None, "step", "id"),
    **NUMBERED,
)

cursors = Table(
    "cursors",
    metadata,
    Column("source", Key, primary_key=True),
    Column("state", Json),
)

crawls = Table(
    "crawls",
    metadata,
    numbered(),
    Column("source", Key, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("requests", Whole, nullable=False),
    Column("posts", Whole, nullable=False),
    Column("posts_new", Whole, nullable=False, server_default="0"),
    Column("rejected", Whole, nullable=False),
    Column("refused_by_robots", Whole, nullable=False),
    Column("errors", Json),
    Column("detail", Words, nullable=False),
    Index(None, "source", "id"),
    **NUMBERED,
)

quarantine = Table(
    "quarantine",
    metadata,
    numbered(),
    Column("source", Key, nullable=False),
    Column("where", Key, nullable=False),
    Column("code", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("raw", Words, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("source", "where", "code"),
    **NUMBERED,
)
