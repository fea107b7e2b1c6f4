"""The page: server-rendered, without JavaScript, and the same read models as JSON."""

from app.web.app import create_app
from app.web.context import WebContext

__all__ = ["WebContext", "create_app"]
