"""Whom we listen for, and the steps of their service."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Brand:
    """Whom we listen for: our own brand or a rival's.

    A post mentions it where one of ``names`` stands as whole words (case and accents
    folded), unless a phrase of ``exclusions`` covers the place. ``sources`` lists the
    sources whose every post is about the brand, named in the text or not. ``accounts``
    are the brand's own voices, as ``source:external_id`` or a bare handle. A ``query``
    (``docs/queries.md``) decides in place of names, exclusions and accounts.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    own: bool = True
    query: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every word or phrase that means this brand."""
        return (self.name, *self.aliases, *self.products)


@dataclass(frozen=True, slots=True)
class Playbook:
    """The written procedure for a foreseen situation: a title and its steps in order."""

    title: str
    steps: tuple[str, ...]


COMMON_STAGES = (
    "discovery",
    "purchase",
    "delivery",
    "onboarding",
    "use",
    "support",
    "billing",
    "cancellation",
)
"""The steps that nearly every service has; an owner's stage may be like one of them."""


@dataclass(frozen=True, slots=True)
class ServiceStage:
    """A step of the service blueprint, as the owner names it.

    ``words`` and ``examples`` (sentences a customer could say) teach the classifier;
    ``weight`` in [0, 1] is how much a failure here harms; ``owner`` is a person's id.
    ``like`` names one of ``COMMON_STAGES``, whose general knowledge then helps.
    """

    id: str
    name: str
    words: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    weight: float = 0.5
    owner: str | None = None
    playbook: Playbook | None = None
    like: str | None = None
