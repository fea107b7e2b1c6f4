"""The first tables.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create every table and the index of words."""
    _alerts()
    _authors()
    _crawls()
    _cursors()
    _digests()
    _experiences()
    _incidents()
    _influences()
    _learned()
    _outbox()
    _pipelines()
    _quarantine()
    _runs()
    _silences()
    _posts()
    _analyses()
    _awaited()
    _corrections()
    _experience_posts()
    _interactions()
    _mentions()
    _opinions()
    _versions()
    _post_tokens()


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("reason_params", sa.Text(), nullable=True),
        sa.Column("fired_at", WHOLE, nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("experience_id", WHOLE, nullable=True),
        sa.Column("post_ids", sa.Text(), nullable=True),
        sa.Column("urgent", WHOLE, nullable=False),
        sa.Column("labels", sa.Text(), nullable=True),
        sa.Column("incident_id", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("key", name=op.f("uq_alerts_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_alerts_incident_id"), "alerts", ["incident_id"], unique=False)
    op.create_index(op.f("ix_alerts_rule_fired_at"), "alerts", ["rule", "fired_at"], unique=False)


def _authors() -> None:
    op.create_table(
        "authors",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("followers", WHOLE, nullable=True),
        sa.Column("joined_at", WHOLE, nullable=True),
        sa.Column("automated", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authors")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_authors_source_external_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_authors_source_handle"), "authors", ["source", "handle"], unique=False)


def _crawls() -> None:
    op.create_table(
        "crawls",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("started_at", WHOLE, nullable=False),
        sa.Column("finished_at", WHOLE, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("requests", WHOLE, nullable=False),
        sa.Column("posts", WHOLE, nullable=False),
        sa.Column("rejected", WHOLE, nullable=False),
        sa.Column("refused_by_robots", WHOLE, nullable=False),
        sa.Column("errors", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawls")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_crawls_source_id"), "crawls", ["source", "id"], unique=False)


def _cursors() -> None:
    op.create_table(
        "cursors",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_cursors")),
    )


def _digests() -> None:
    op.create_table(
        "digests",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("written_at", WHOLE, nullable=False),
        sa.Column("message_keys", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint(
            "person", "brand", "local_date", name=op.f("uq_digests_person_brand_local_date")
        ),
        sqlite_autoincrement=True,
    )


def _experiences() -> None:
    op.create_table(
        "experiences",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("author_id", WHOLE, nullable=True),
        sa.Column("told_at", WHOLE, nullable=False),
        sa.Column("last_told_at", WHOLE, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("severity", sa.Float(), nullable=False),
        sa.Column("so_far", WHOLE, nullable=False),
        sa.Column("to_come", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("priority", sa.Float(), nullable=False),
        sa.Column("floored", WHOLE, nullable=False),
        sa.Column("factors", sa.Text(), nullable=True),
        sa.Column("post_ids", sa.Text(), nullable=True),
        sa.Column("weighed_at", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiences")),
        sa.UniqueConstraint("key", name=op.f("uq_experiences_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_experiences_author_id_brand_stage"),
        "experiences",
        ["author_id", "brand", "stage"],
        unique=False,
    )
    op.create_index(
        op.f("ix_experiences_brand_priority"), "experiences", ["brand", "priority"], unique=False
    )
    op.create_index(
        op.f("ix_experiences_last_told_at"), "experiences", ["last_told_at"], unique=False
    )
    op.create_index(op.f("ix_experiences_priority"), "experiences", ["priority"], unique=False)
    op.create_index(op.f("ix_experiences_weighed_at"), "experiences", ["weighed_at"], unique=False)


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", WHOLE, nullable=False),
        sa.Column("last_alert_at", WHOLE, nullable=False),
        sa.Column("alerts", WHOLE, nullable=False),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", WHOLE, nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.Column("resolved_at", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_incidents_unresolved_group",
        "incidents",
        ["group"],
        unique=True,
        sqlite_where=sa.text("state != 'resolved'"),
        postgresql_where=sa.text("state != 'resolved'"),
    )


def _influences() -> None:
    op.create_table(
        "influences",
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("author_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("measured_at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("measure", "topic", "author_id", name=op.f("pk_influences")),
    )
    op.create_index(op.f("ix_influences_author_id"), "influences", ["author_id"], unique=False)
    op.create_index(
        op.f("ix_influences_measure_topic_value"),
        "influences",
        ["measure", "topic", "value"],
        unique=False,
    )


def _learned() -> None:
    op.create_table(
        "learned",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_learned")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("notifier", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("send_after", WHOLE, nullable=False),
        sa.Column("alert_key", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("next_try_at", WHOLE, nullable=False),
        sa.Column("sent_at", WHOLE, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_outbox_state_next_try_at"), "outbox", ["state", "next_try_at"], unique=False
    )


def _pipelines() -> None:
    op.create_table(
        "pipelines",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipelines")),
        sa.UniqueConstraint("version", name=op.f("uq_pipelines_version")),
        sqlite_autoincrement=True,
    )


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint(
            "source", "where", "code", name=op.f("uq_quarantine_source_where_code")
        ),
        sqlite_autoincrement=True,
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("started_at", WHOLE, nullable=False),
        sa.Column("finished_at", WHOLE, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_runs_step_id"), "runs", ["step", "id"], unique=False)


def _silences() -> None:
    op.create_table(
        "silences",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("matches", sa.Text(), nullable=True),
        sa.Column("until", WHOLE, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silences")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_silences_until"), "silences", ["until"], unique=False)


def _posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("linked", WHOLE, server_default="0", nullable=False),
        sa.Column("pipeline_id", WHOLE, server_default="0", nullable=False),
        sa.Column("author_id", WHOLE, nullable=True),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("gone_at", WHOLE, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("rating_value", sa.Float(), nullable=True),
        sa.Column("rating_best", sa.Float(), nullable=True),
        sa.Column("rating_worst", sa.Float(), nullable=True),
        sa.Column("likes", WHOLE, nullable=True),
        sa.Column("shares", WHOLE, nullable=True),
        sa.Column("replies", WHOLE, nullable=True),
        sa.Column("views", WHOLE, nullable=True),
        sa.Column("quotes", sa.Text(), nullable=True),
        sa.Column("quoted_text", sa.Text(), nullable=False),
        sa.Column("accepted_answer", sa.Text(), nullable=True),
        sa.Column("labels", sa.Text(), nullable=True),
        sa.Column("edited_at", WHOLE, nullable=True),
        sa.Column("fetched_at", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["authors.id"], name=op.f("fk_posts_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_posts_source_external_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_posts_author_id"), "posts", ["author_id"], unique=False)
    op.create_index(
        op.f("ix_posts_created_at_source_author_id_kind"),
        "posts",
        ["created_at", "source", "author_id", "kind"],
        unique=False,
    )
    op.create_index(op.f("ix_posts_source_root"), "posts", ["source", "root"], unique=False)
    op.create_index(
        "ix_posts_unanalysed",
        "posts",
        ["pipeline_id", "id"],
        unique=False,
        sqlite_where=sa.text("kind != 'reaction' AND gone_at IS NULL"),
        postgresql_where=sa.text("kind != 'reaction' AND gone_at IS NULL"),
    )
    op.create_index(
        "ix_posts_unlinked",
        "posts",
        ["id"],
        unique=False,
        sqlite_where=sa.text("linked = 0"),
        postgresql_where=sa.text("linked = 0"),
    )


def _analyses() -> None:
    op.create_table(
        "analyses",
        sa.Column("post_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("grouped", WHOLE, server_default="0", nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("polarity", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("evidence_start", WHOLE, nullable=True),
        sa.Column("evidence_end", WHOLE, nullable=True),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("stages", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("analysed_at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_analyses_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_analyses")),
    )
    op.create_index(
        op.f("ix_analyses_created_at_polarity_stage"),
        "analyses",
        ["created_at", "polarity", "stage"],
        unique=False,
    )
    op.create_index(
        "ix_analyses_ungrouped",
        "analyses",
        ["post_id"],
        unique=False,
        sqlite_where=sa.text("grouped = 0"),
        postgresql_where=sa.text("grouped = 0"),
    )


def _awaited() -> None:
    op.create_table(
        "awaited",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("post_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_awaited_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source", "external_id", "post_id", name=op.f("pk_awaited")),
        comment="Posts that speak of one not seen yet: they are linked again when it arrives.",
    )
    op.create_index(op.f("ix_awaited_post_id"), "awaited", ["post_id"], unique=False)


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("post_id", WHOLE, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_corrections_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_corrections_post_id"), "corrections", ["post_id"], unique=False)


def _experience_posts() -> None:
    op.create_table(
        "experience_posts",
        sa.Column("post_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("experience_id", WHOLE, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["experience_id"],
            ["experiences.id"],
            name=op.f("fk_experience_posts_experience_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_experience_posts_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "experience_id", name=op.f("pk_experience_posts")),
    )
    op.create_index(
        op.f("ix_experience_posts_experience_id"),
        "experience_posts",
        ["experience_id"],
        unique=False,
    )


def _interactions() -> None:
    op.create_table(
        "interactions",
        sa.Column("post_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("speaker_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_id", WHOLE, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("on_post_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_interactions_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "speaker_id", "kind", name=op.f("pk_interactions")),
    )
    op.create_index(
        op.f("ix_interactions_actor_id_at"), "interactions", ["actor_id", "at"], unique=False
    )
    op.create_index(op.f("ix_interactions_at"), "interactions", ["at"], unique=False)
    op.create_index(
        op.f("ix_interactions_on_post_id"), "interactions", ["on_post_id"], unique=False
    )
    op.create_index(
        op.f("ix_interactions_speaker_id_at"), "interactions", ["speaker_id", "at"], unique=False
    )


def _mentions() -> None:
    op.create_table(
        "mentions",
        sa.Column("post_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("position", WHOLE, autoincrement=False, nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("start", WHOLE, nullable=True),
        sa.Column("end", WHOLE, nullable=True),
        sa.Column("repeated", WHOLE, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("polarity", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_mentions_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "position", name=op.f("pk_mentions")),
    )
    op.create_index(
        op.f("ix_mentions_brand_repeated_created_at_polarity_stage"),
        "mentions",
        ["brand", "repeated", "created_at", "polarity", "stage"],
        unique=False,
    )


def _opinions() -> None:
    op.create_table(
        "opinions",
        sa.Column("post_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("position", WHOLE, autoincrement=False, nullable=False),
        sa.Column("aspect", sa.Text(), nullable=False),
        sa.Column("polarity", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("start", WHOLE, nullable=False),
        sa.Column("end", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_opinions_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "position", name=op.f("pk_opinions")),
    )
    op.create_index(
        op.f("ix_opinions_aspect_polarity"), "opinions", ["aspect", "polarity"], unique=False
    )


def _versions() -> None:
    op.create_table(
        "versions",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("post_id", WHOLE, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rating_value", sa.Float(), nullable=True),
        sa.Column("rating_best", sa.Float(), nullable=True),
        sa.Column("rating_worst", sa.Float(), nullable=True),
        sa.Column("seen_at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_versions_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_versions_post_id"), "versions", ["post_id"], unique=False)


def _post_tokens() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE post_tokens"
            " USING fts5(tokens, tokenize = 'ascii', columnsize = 0)"
        )
        return
    op.execute("CREATE TABLE post_tokens (rowid bigint PRIMARY KEY, tokens tsvector NOT NULL)")
    op.execute("CREATE INDEX ix_post_tokens_tokens ON post_tokens USING gin (tokens)")
