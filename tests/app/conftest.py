"""The small Boca, and a site on loopback, for every test of this folder."""

from tests.app.small import open_app, sink, town
from tests.crawlers.conftest import site

__all__ = ["open_app", "sink", "site", "town"]
