import shutil
from datetime import timedelta

from domain.alerts import Message
from domain.experiences import Experience, Priority, Reach
from domain.influence import Influence, Interaction, InteractionKind
from domain.posts import Rejected
from domain.queries import Phrase
from storage import open_store
from storage.settings import StorageSettings


def message(key, at):
    return Message(key, "mail", "mia", "s", "t", "h", "/", created_at=at, send_after=at)


def test_old_posts_go_with_all_that_hangs_on_them(store, make_post, make_analysis, now):
    old, new = now - timedelta(days=40), now
    experience = Experience(
        "old", "lua", "delivery", (), None, old, old, -1.0, 0.5, Reach(0, 0, 0, 0), Priority(1, ())
    )
    with store.writing() as unit:
        ids = unit.posts.add(
            [
                make_post("1", "palavra velha", by="ana", created_at=old),
                make_post("2", "palavra nova", by="rui", parent="1", created_at=new),
                make_post("3", "outra velha", by="leo", parent="2", created_at=old),
            ],
            old,
        ).ids
        unit.posts.add([make_post("1", "palavra muito velha", by="ana", created_at=old)], old)
        voices = {one: unit.authors.handles("forum", [one])[one] for one in ("ana", "rui", "leo")}
        unit.analyses.add([make_analysis(one) for one in ids])
        unit.interactions.add(
            [Interaction(InteractionKind.REPLY, voices["ana"], voices["rui"], new, ids[1], ids[0])]
        )
        unit.influence.replace(
            "reach", [Influence(one, "reach", 1, 0, 2, new) for one in voices.values()]
        )
        both, only = unit.experiences.save(
            [
                Experience(**{**fields(experience), "key": "both", "post_ids": ids[:2]}),
                Experience(**{**fields(experience), "key": "only", "post_ids": ids[2:]}),
            ]
        )
        unit.quarantine.add([Rejected("file", "no_date", "1", "d", "raw")], old)
        unit.outbox.add([message("sent", old), message("waiting", old)])
        unit.outbox.sent("sent", old)
    assert store.prune(now - timedelta(days=30)) == 2
    assert store.prune(now - timedelta(days=30)) == 0
    with store.reading() as unit:
        assert unit.posts.count() == 1
        assert [post.id for post in unit.posts.search(Phrase(("palavra",)))] == [ids[1]]
        assert unit.posts.search(Phrase(("velha",))) == []
        assert unit.posts.versions(ids[0]) == []
        assert list(unit.analyses.get_many(ids)) == [ids[1]]
        assert unit.authors.get(voices["leo"]) is None
        assert unit.authors.get(voices["ana"]) is not None  # She was answered by one who stays.
        assert unit.influence.count("reach") == 2
        assert unit.experiences.get(both.id) is not None
        assert unit.experiences.get(only.id) is None
        assert unit.quarantine.counts() == {}
        assert [one.key for one in unit.outbox.list()] == ["waiting"]
        assert unit.posts.thread(ids[1])


def fields(one):
    return {name: getattr(one, name) for name in one.__slots__}


def test_ids_of_erased_posts_are_never_used_again(store, make_post, now):
    with store.writing() as unit:
        first = unit.posts.add([make_post("1")], now).ids
    assert store.prune(now + timedelta(days=1)) == 1
    with store.writing() as unit:
        assert unit.posts.add([make_post("1")], now).ids > first


def test_not_a_byte_of_an_erased_text_stays_on_the_disk(migrated_file, tmp_path, make_post, now):
    shutil.copy(migrated_file, tmp_path / "boca.db")
    store = open_store(StorageSettings(url=f"sqlite:///{tmp_path}/boca.db"))
    old = now - timedelta(days=40)
    with store.writing() as unit:
        kept = [make_post(str(one), f"fica aqui {one}") for one in range(500)]
        unit.posts.add(kept, now)
    for start in range(0, 3000, 500):
        secret = [
            make_post(f"s{one}", "Segredíssimo guardado " * 5, by="zulmira", created_at=old)
            for one in range(start, start + 500)
        ]
        with store.writing() as unit:
            unit.posts.add(secret, now)
    assert store.prune(now - timedelta(days=30)) == 3000
    store.close()
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for trace in ("Segredíssimo", "segredissimo", "guardado", "zulmira"):
        assert trace.encode() not in left
    assert b"fica aqui" in left
