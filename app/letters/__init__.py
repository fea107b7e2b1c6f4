"""Letters: what people get by mail, chat or webhook, rendered in their language."""

from app.letters.alert import write_alert
from app.letters.letter import Letter

__all__ = ["Letter", "write_alert"]
