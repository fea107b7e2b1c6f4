"""One transaction's view of the store: a collection for every noun."""

from __future__ import annotations

from sqlalchemy import Connection

from storage.alerts import Alerts
from storage.analyses import Analyses
from storage.authors import Authors
from storage.blocks import Blocks
from storage.communities import Communities
from storage.declared import DeclaredPlaces
from storage.digests import Digests
from storage.experiences import Experiences
from storage.incidents import Incidents
from storage.influence import Influences
from storage.interactions import Interactions
from storage.launches import Launches
from storage.learned import Learned
from storage.lessons import Lessons
from storage.outbox import Outbox
from storage.overview import Overview
from storage.posts import Posts
from storage.prospects import Prospects
from storage.quarantine import Quarantine
from storage.revisits import Revisits
from storage.robots import RobotsAnswers
from storage.runs import Runs
from storage.sources import Sources
from storage.stories import Stories
from storage.topics import Topics
from storage.voices import Voices


class Unit:
    """What was read and written here belongs together: all of it, or nothing."""

    def __init__(self, connection: Connection) -> None:
        self.posts = Posts(connection)
        self.authors = Authors(connection)
        self.analyses = Analyses(connection)
        self.interactions = Interactions(connection)
        self.blocks = Blocks(connection)
        self.influence = Influences(connection)
        self.learned = Learned(connection)
        self.lessons = Lessons(connection)
        self.experiences = Experiences(connection)
        self.alerts = Alerts(connection)
        self.incidents = Incidents(connection)
        self.outbox = Outbox(connection)
        self.digests = Digests(connection)
        self.runs = Runs(connection)
        self.sources = Sources(connection)
        self.stories = Stories(connection)
        self.revisits = Revisits(connection)
        self.robots = RobotsAnswers(connection)
        self.declared = DeclaredPlaces(connection)
        self.quarantine = Quarantine(connection)
        self.topics = Topics(connection)
        self.voices = Voices(connection)
        self.communities = Communities(connection)
        self.launches = Launches(connection)
        self.prospects = Prospects(connection)
        self.overview = Overview(connection)
