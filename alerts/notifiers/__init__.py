"""The notifiers. This union is their registry, their validator and their documentation.

To add one: a file with a settings model (a ``kind``, ``send`` and ``check``), a line in
the contract test, and its name here.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from alerts.notifiers.apprise_url import AppriseNotifier
from alerts.notifiers.console import ConsoleNotifier
from alerts.notifiers.email import EmailNotifier
from alerts.notifiers.notifier import Notifier, NotifierBusy
from alerts.notifiers.webhook import WebhookNotifier

AnyNotifier = Annotated[
    ConsoleNotifier | EmailNotifier | WebhookNotifier | AppriseNotifier,
    Field(discriminator="kind"),
]

__all__ = [
    "AnyNotifier",
    "AppriseNotifier",
    "ConsoleNotifier",
    "EmailNotifier",
    "Notifier",
    "NotifierBusy",
    "WebhookNotifier",
]
