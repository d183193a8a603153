# ruff: noqa: ARG002 - the signatures are those of LiveTopic
"""What can be followed live, and what wakes whoever follows."""

import pytest

from community.storage import LiveTopic, after_commit, live, topic, topic_of, unit_of_work, wake, woken_by
from community.storage.wakes import overhearing


@pytest.fixture
def shelves(monkeypatch):
    monkeypatch.setattr(live, "_topics", {})

    @topic("shelf")
    class Shelves(LiveTopic):
        async def may_follow(self, viewer, id):
            return viewer.signed_in

        async def head(self, ids):
            return dict.fromkeys(ids, (1, 0))

        async def entries(self, id, after, limit):
            return []

    return Shelves


def test_a_topic_is_found_by_its_prefix_and_number(shelves):
    found, number = topic_of("shelf:12")
    assert (type(found), number) == (shelves, 12)


@pytest.mark.parametrize(
    "name",
    [
        "room:1",
        "shelf",
        "shelf:",
        "shelf:-1",
        "shelf:1.5",
        "shelf:x",
        "shelf:1:2",
        "shelf:٣",
        "shelf: 1",
        "",
        ":",
        "shelf:" + "9" * 40,
    ],
)
def test_what_nobody_provides_is_none(shelves, name):
    assert topic_of(name) is None


def test_a_wake_reaches_those_who_wait_for_its_name_and_who_overhears_all():
    heard = []
    with woken_by("lane:x", "rights") as both, woken_by("lane:y") as other, overhearing(heard.append):
        wake("lane:x")
        assert (both.is_set(), other.is_set(), heard) == (True, False, ["lane:x"])
        both.clear()
        wake("rights")
        assert both.is_set()
    wake("lane:x")
    assert heard == ["lane:x", "rights"]


@pytest.mark.anyio
async def test_a_wake_given_to_a_unit_comes_after_what_it_is_about(database):
    with woken_by("rights") as woken:
        async with unit_of_work():
            after_commit(lambda: wake("rights"))
            assert not woken.is_set()
        assert woken.is_set()
