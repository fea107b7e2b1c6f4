from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest

from app.simulation.files import TownFiles
from app.simulation.settings import TownSettings
from app.simulation.speech import Speech
from app.simulation.town import Town
from app.simulation.truth import TownTruth
from domain.posts import Post, PostKind


def test_the_truth_s_posts_are_the_written_ones(truth: TownTruth, posts: list[Post]) -> None:
    rows = truth.posts.to_pylist()
    assert [row["post"] for row in rows] == [post.external_id for post in posts]
    for row, post in zip(rows, posts, strict=True):
        assert post.author is not None
        assert row["author"] == post.author.external_id
        acted_on = post.parent or (post.quotes[0] if post.quotes else None)
        if acted_on:
            assert row["on"] == acted_on
        wordless = post.kind in (PostKind.SHARE, PostKind.REACTION)
        assert (row["polarity"] == "") is (row["language"] == "") is wordless
        assert not (wordless and row["stage"])


def test_an_address_is_an_act_that_names_whom_it_answers(
    truth: TownTruth, posts: list[Post]
) -> None:
    by_id = {post.external_id: post for post in posts}
    found = 0
    for row, post in zip(truth.posts.to_pylist(), posts, strict=True):
        if row["moved"] and not post.parent and not post.quotes:
            speaker = by_id[row["on"]].author
            assert speaker is not None
            assert post.text.startswith(f"@{speaker.name} ")
            found += 1
    assert found > 20


def test_ties_and_reach_survive_the_round_trip(truth: TownTruth, town: Town) -> None:
    assert truth.edges["probability"].to_pylist() == town.ties.probability.tolist()
    assert truth.authors["reach"].to_pylist() == town.reach.mean.tolist()
    names = truth.authors["author"].to_pylist()
    assert len(set(names)) == len(town.people)
    speakers = [names[index] for index in town.ties.speaker]
    assert truth.edges["speaker"].to_pylist() == speakers


def test_adoption_is_told_only_as_far_as_it_has_happened(truth: TownTruth, town: Town) -> None:
    end = town.settings.ends_at
    for adopted, person in zip(
        truth.authors["adopted_at"].to_pylist(), town.people.person, strict=True
    ):
        days = town.people.adopted[person]
        if days >= town.settings.days:
            assert adopted is None
        else:
            expected = town.settings.starts_at + timedelta(days=float(days))
            assert abs((adopted - expected).total_seconds()) <= 1
            assert adopted < end


def test_recoveries_point_at_their_complaints(truth: TownTruth, town: Town) -> None:
    by_post = {row["post"]: row for row in truth.posts.to_pylist()}
    answers = [row for row in by_post.values() if row["speech"] == Speech.OFFICIAL]
    answered = {row["on"] for row in answers}
    for row in truth.recoveries.to_pylist():
        complaint = by_post[row["post"]]
        assert complaint["author"] == row["author"]
        assert complaint["theme"] == row["stage"]
        assert complaint["speech"] in (Speech.COMPLAINT, Speech.GRAVE)
        seen = row["answered_at"] is not None and row["answered_at"] < town.settings.ends_at
        assert (row["post"] in answered) is seen


def test_facts_tell_what_broke_and_what_helped(truth: TownTruth, settings: TownSettings) -> None:
    past, current = truth.incidents
    assert (past.stage, current.stage) == ("delivery", "use")
    assert past.end < current.start < current.end <= settings.ends_at
    assert current.start >= settings.ends_at - timedelta(days=1)
    assert TownSettings.model_validate(truth.facts["settings"]) == settings
    effects = truth.facts["recovery"]
    assert sum(one["complaints"] for one in effects.values()) == truth.recoveries.num_rows
    assert effects["satisfied"]["left"] < effects["unanswered"]["left"]


def test_what_is_still_to_come_is_what_was_cut_off(truth: TownTruth, town: Town) -> None:
    rows = truth.posts.to_pylist()
    assert all(row["to_come"] == 0 for row in rows if row["cascade"] != row["post"])
    fresh = town.posts.at > town.settings.seconds - 6 * 3600
    to_come = np.array(truth.posts["to_come"].to_pylist())
    assert to_come[fresh].sum() > 3
    assert to_come[fresh].mean() > 10 * to_come[~fresh].mean()


def test_the_facts_are_readable_by_people(town_files: TownFiles) -> None:
    text = (town_files.truth / "truth.json").read_text("utf-8")
    assert "Lumaré" in text
    assert json.loads(text)["posts"] == town_files.count


@pytest.mark.parametrize("name", ["posts", "authors", "edges", "recoveries"])
def test_every_table_has_rows(truth: TownTruth, name: str) -> None:
    assert getattr(truth, name).num_rows > 100
