"""Secrets of sources: from a setting or from a file, shown to nobody but the child process."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import PlainSerializer, SecretStr, SerializationInfo

from domain.errors import SourceForbidden

REVEAL = {"reveal": True}
"""The context with which a model writes its secrets out, for the child that needs them."""


def _written(secret: SecretStr, info: SerializationInfo) -> str:
    revealing = isinstance(info.context, dict) and info.context.get("reveal")
    return secret.get_secret_value() if revealing else str(secret)


Secret = Annotated[SecretStr, PlainSerializer(_written, str, when_used="json-unless-none")]


def at_most_one(name: str, secret: SecretStr | None, file: Path | None) -> None:
    """Raises ValueError where both are given."""
    if secret is not None and file is not None:
        raise ValueError(f"write {name} or {name}_file, not both")


def revealed(secret: SecretStr | None, file: Path | None) -> str | None:
    """The secret itself; None where there is none. Raises SourceForbidden for no such file."""
    if file is None:
        return secret.get_secret_value() if secret is not None else None
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise SourceForbidden(
            f"the secret cannot be read: {error}", where=str(file), todo="check the file"
        ) from error
