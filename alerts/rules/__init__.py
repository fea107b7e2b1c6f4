"""The rules. This union is their registry, their validator and their documentation.

To add one: a file with a settings model (a ``kind`` and a pure ``evaluate``), a test, and
its name here.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from alerts.rules.high_reach_experience import HighReachExperience
from alerts.rules.quiet_source import QuietSource
from alerts.rules.volume_spike import VolumeSpike

Rule = Annotated[HighReachExperience | VolumeSpike | QuietSource, Field(discriminator="kind")]

__all__ = ["HighReachExperience", "QuietSource", "Rule", "VolumeSpike"]
