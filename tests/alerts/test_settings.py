from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from alerts.notifiers import ConsoleNotifier, EmailNotifier
from alerts.rules import HighReachExperience, VolumeSpike
from alerts.settings import AlertSettings


def test_without_a_word_it_works() -> None:
    settings = AlertSettings()
    kinds = ["high_reach_experience", "volume_spike", "quiet_source"]
    assert [rule.kind for rule in settings.rules] == kinds
    assert settings.notifiers == {"console": ConsoleNotifier()}


def test_as_written_in_yaml() -> None:
    settings = AlertSettings.model_validate(
        {
            "rules": [
                {"kind": "high_reach_experience", "name": "loud", "max_age": "2d"},
                {"kind": "volume_spike", "brands": ["acme"]},
            ],
            "routes": [
                {"rules": ["loud"], "to": ["owner"], "notifiers": ["mail"], "continue": True},
                {"to": ["manager"]},
            ],
            "notifiers": {
                "mail": {"kind": "email", "host": "mail.example.com", "sender": "b@example.com"},
                "phone": {"kind": "apprise", "url": "ntfys://ntfy.example.com/{to}"},
            },
            "retry": {"attempts": 3, "first_wait": "30s"},
            "repeat_after": "1d",
        }
    )
    assert isinstance(settings.rules[0], HighReachExperience)
    assert isinstance(settings.rules[1], VolumeSpike)
    assert isinstance(settings.notifiers["mail"], EmailNotifier)
    assert settings.routes[0].goes_on


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"rules": [{"kind": "volume_spike"}, {"kind": "volume_spike"}]}, "two rules are called"),
        ({"rules": [{"kind": "volume_spikes"}]}, "volume_spike"),
        ({"rules": [{"kind": "volume_spike", "nmae": "x"}]}, "nmae"),
        ({"routes": [{"to": ["ana"], "notifiers": ["fax"]}]}, "do not exist: fax"),
        ({"routes": [{"to": ["ana"], "rules": ["lod"]}]}, "do not exist: lod"),
        ({"repeat_after": "soon"}, "write 90s"),
        ({"repeat_after": "1s"}, "repeat_after"),
        ({"max_alerts_per_hour": 0}, "max_alerts_per_hour"),
        ({"retry": {"attempts": 0}}, "attempts"),
        ({"notifiers": {"mail": {"kind": "fax"}}}, "console"),
    ],
)
def test_bad_settings(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        AlertSettings.model_validate(changes)


def test_every_key_is_explained_and_nothing_unknown_is_taken() -> None:
    def models(schema: dict[str, Any]) -> list[dict[str, Any]]:
        return [schema, *schema.get("$defs", {}).values()]

    for model in models(AlertSettings.model_json_schema()):
        for name, key in model.get("properties", {}).items():
            assert key.get("description") or "const" in key, f"{model['title']}.{name}"
        assert "enum" in model or model.get("additionalProperties") is False
    assert issubclass(AlertSettings, BaseModel)
