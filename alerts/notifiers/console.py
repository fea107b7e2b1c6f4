"""Messages on the terminal: for a first look, and for rehearsals."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from alerts.notifiers.notifier import Notifier, one_line, plain, reference
from domain.alerts import Message


class ConsoleNotifier(Notifier):
    """Prints to standard output."""

    kind: Literal["console"] = "console"
    per_minute: float = Field(
        default=6000.0, ge=1, le=6000, description="Most messages a minute on this channel."
    )

    def send(self, message: Message) -> None:
        """Print it. Crawled words are shown as they are: no markup, no terminal codes."""
        head = Text(one_line(message.subject), style="bold")
        address = f"{message.notifier} → {message.recipient} · {reference(message.key)}"
        lines = (plain(message.text).strip(), "", one_line(message.link), one_line(address))
        Console().print(Panel(Text("\n".join(lines)), title=head, expand=False))

    def check(self) -> None:
        """A terminal always works."""
