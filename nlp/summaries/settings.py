"""The ``summaries`` section of the settings."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator


class SummarySettings(BaseModel):
    """Whether a language model may put a summary's extracts into its own words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = Field(
        None,
        pattern="^https?://",
        description="A chat completions address (the OpenAI shape; many local servers speak it), "
        "such as http://localhost:11434/v1/chat/completions. Without it no model is asked.",
    )
    model: str = Field("", description="The model's name there.")
    key: SecretStr | None = Field(None, description="The key it asks for, if it asks for one.")
    key_file: Path | None = Field(None, description="A file that holds the key.")
    timeout: float = Field(30.0, gt=0, le=600, description="Seconds to wait for its answer.")

    @model_validator(mode="after")
    def _named(self) -> SummarySettings:
        if self.url and not self.model:
            raise ValueError("name the model to ask at that address")
        if self.key and self.key_file:
            raise ValueError("give key or key_file, not both")
        return self

    def secret(self) -> str | None:
        """The key, read from its file where it stands in one."""
        if self.key_file:
            return self.key_file.read_text(encoding="utf-8").strip()
        return self.key.get_secret_value() if self.key else None
