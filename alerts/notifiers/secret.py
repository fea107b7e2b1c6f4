"""Secrets given in the settings or in a file of their own."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from domain.errors import NotifyError


def at_most_one(name: str, secret: SecretStr | None, file: Path | None) -> None:
    """Refuse a secret given twice; raises ValueError."""
    if secret is not None and file is not None:
        raise ValueError(f"write {name} or {name}_file, not both")


def exactly_one(name: str, secret: SecretStr | None, file: Path | None) -> None:
    """Refuse a secret given twice or not at all; raises ValueError."""
    at_most_one(name, secret, file)
    if secret is None and file is None:
        raise ValueError(f"write {name} or {name}_file")


def revealed(secret: SecretStr | None, file: Path | None) -> str | None:
    """The secret, read anew from its file so that it can be changed while Boca runs."""
    if secret is not None:
        return secret.get_secret_value()
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotifyError(
            "a secret's file cannot be read",
            retryable=True,
            where=str(file),
            todo=f"make it readable for Boca ({type(error).__name__})",
        ) from None
