"""The small Boca, for every test of this folder."""

from tests.app.small import open_app, sink, town

__all__ = ["open_app", "sink", "town"]
