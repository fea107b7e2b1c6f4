"""The letter of one alert: what was said, why it matters, what to do, and where to look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app import addresses
from app.languages import Tongue, iso
from app.letters.letter import Letter, compose
from app.reasons import rule_name, sentence
from app.telling import telling_posts
from app.templating import stage_name
from app.wording import stage_names
from domain.alerts import Alert
from domain.brands import Brand, Playbook, ServiceStage
from domain.experiences import Experience
from domain.people import Person
from domain.posts import Post
from storage import Unit

_QUOTED = 3


def write_alert(
    unit: Unit,
    alert: Alert,
    *,
    person: Person,
    brands: Sequence[Brand],
    stages: Sequence[ServiceStage],
    base_url: str,
    now: datetime,
) -> Letter:
    """One alert for one person, in their language and zone."""
    tongue = Tongue.of(person.language, person.zone)
    names = stage_names(stages, tongue)
    brand = next((brand.name for brand in brands if brand.id == alert.brand), alert.brand)
    experience = unit.experiences.get(alert.experience_id) if alert.experience_id else None
    posts = _posts(unit, alert, experience)
    playbook = next((stage.playbook for stage in stages if stage.id == alert.stage), None)
    link = base_url.rstrip("/") + _page(alert, experience)
    return compose(
        "alert",
        _subject(alert, brand, tongue, names),
        link,
        _payload(alert, experience, posts, link, sentence(alert.reason, tongue, names), playbook),
        tongue=tongue,
        now=now,
        stage_names=names,
        alert=alert,
        brand_name=brand,
        experience=experience,
        posts=posts[:_QUOTED],
        more=max(0, len(alert.post_ids) - _QUOTED),
        playbook=playbook,
        person=person,
        base_url=base_url.rstrip("/"),
    )


def _page(alert: Alert, experience: Experience | None) -> str:
    return addresses.experience(experience.id) if experience else addresses.alert(alert.key)


def _posts(unit: Unit, alert: Alert, experience: Experience | None) -> list[Post]:
    """The posts it is about; of an experience, the one that tells it best comes first."""
    ids = (alert.post_ids or (experience.post_ids if experience else ()))[:20]
    known = unit.posts.get_many(list(ids))
    best = telling_posts(unit, [experience]).get(experience.id) if experience else None
    found = [known[id] for id in ids if id in known]
    return sorted(found, key=lambda post: best is None or post.id != best.id)


def _subject(alert: Alert, brand: str, tongue: Tongue, names: Mapping[str, str]) -> str:
    about = stage_name(alert.stage, names, tongue) if alert.stage else brand
    urgent = tongue.say("Urgent") + " · " if alert.urgent else ""
    why = sentence(alert.reason, tongue, names)
    return f"{urgent}{about}: {rule_name(alert.kind, tongue)}, {why}"


def _payload(
    alert: Alert,
    experience: Experience | None,
    posts: Sequence[Post],
    link: str,
    reason: str,
    playbook: Playbook | None,
) -> dict[str, object]:
    return {
        "key": alert.key,
        "rule": alert.rule,
        "kind": alert.kind,
        "brand": alert.brand,
        "stage": alert.stage,
        "urgent": alert.urgent,
        "fired_at": iso(alert.fired_at),
        "reason": {"code": alert.reason.code, "params": dict(alert.reason.params), "text": reason},
        "labels": dict(alert.labels),
        "link": link,
        "experience": _in_numbers(experience) if experience else None,
        "posts": [_short(post) for post in posts],
        "playbook": list(playbook.steps) if playbook else [],
    }


def _in_numbers(experience: Experience) -> dict[str, object]:
    reach = experience.reach
    return {
        "id": experience.id,
        "severity": experience.severity,
        "priority": experience.priority.value,
        "reach_so_far": reach.so_far,
        "reach_to_come": reach.to_come,
        "reach_low": reach.low,
        "reach_high": reach.high,
    }


def _short(post: Post) -> dict[str, object]:
    return {
        "id": post.id,
        "source": post.source,
        "author": post.author.name if post.author else None,
        "text": post.content[:2_000],
        "url": addresses.outward(post.url),
        "created_at": iso(post.created_at),
    }
