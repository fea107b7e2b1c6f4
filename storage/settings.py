"""The ``storage`` section of ``config.yaml``."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class StorageSettings(BaseModel):
    """Where everything is kept, and for how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(
        "sqlite:///var/boca.db",
        description="The database: sqlite:///FOLDER/FILE.db, or postgresql+psycopg://USER@HOST/NAME.",
    )
    password: SecretStr | None = Field(
        None, description="The database's password, where it needs one."
    )
    password_file: Path | None = Field(
        None, description="A file that holds the database's password, instead of password."
    )
    retention_days: int | None = Field(
        None, ge=1, description="Posts older than so many days are erased; empty keeps them all."
    )
    wait_seconds: float = Field(
        10.0, ge=0, le=3600, description="How long to wait for another process that is writing."
    )
