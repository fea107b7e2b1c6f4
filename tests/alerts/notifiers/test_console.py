from __future__ import annotations

from collections.abc import Callable

import pytest

from alerts.notifiers import ConsoleNotifier
from domain.alerts import Message


def test_words_are_shown_as_they_are(
    capsys: pytest.CaptureFixture[str], make_message: Callable[..., Message]
) -> None:
    text = "[bold]not markup[/bold] :smile: \x1b]0;title\x07 e\u0301 👩\u200d🔧 não"
    ConsoleNotifier().send(make_message(text=text, subject="linha\nquebrada"))
    out = capsys.readouterr().out
    assert "[bold]not markup[/bold] :smile:" in out
    assert "\x1b]0" not in out
    assert "\x07" not in out
    assert "👩\u200d🔧 não" in out
    assert "linha quebrada" in out
