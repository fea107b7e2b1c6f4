"""What every rule has: a name, and the brands it watches."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class RuleSettings(BaseModel):
    """The settings that all rules share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        default="",
        pattern=r"^[a-z0-9_-]{0,60}$",
        description="What people call this rule; its kind where left out. One name, one rule.",
    )
    brands: tuple[str, ...] = Field(default=(), description="Brands it watches; empty means all.")

    def watches(self, brand: str) -> bool:
        """Whether it looks at this brand at all."""
        return not self.brands or brand in self.brands
