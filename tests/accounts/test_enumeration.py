"""Class 19 at the door: whether an address is known shows in no answer, and in no time. The figure is `python -m bench enumeration`."""

import re
from datetime import timedelta
from time import perf_counter
from urllib.parse import quote

import pytest

from bench.enumeration import auc
from community import clock
from community.accounts import pacing
from community.accounts.models import Application, Member
from community.storage import rows, unit_of_work
from tests.accounts.letters import mailed_to
from tests.factories import make_member

pytestmark = pytest.mark.anyio

JOIN = {"name": "Seru Vakaloloma", "pass_phrase": "the lathe hums at seven", "language": "en", "line": "I teach welding."}
QUESTIONS = {
    "/signin": {"pass_phrase": "quite another sentence"},
    "/forgotten": {},
    "/confirm/again": {},
    "/join": JOIN,
}
STATES = {
    "a member": {},
    "to be confirmed": {"confirmed_at": None},
    "to be let in": {"admitted_at": None},
    "suspended": {"suspended_at": clock.now()},
}


def without_chance(answer, email):
    """Status, headers and body without ids drawn anew, the address that was typed, and moments in signatures."""
    text = f"{answer.status_code} {sorted(answer.headers.items())} {answer.text}".replace(email, "A").replace(quote(email, ""), "A")
    text = re.sub(r"\('x-request-id', '[^']*'\)", "ID", text)
    text = re.sub(r"expires=[^;']*", "THEN", text)
    text = re.sub(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", "ID", text)
    return re.sub(r"flash=(\.?[^.;]+)\.[^;]+", r"flash=\1", text)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("path", QUESTIONS)
async def test_class_19_a_known_address_is_answered_like_an_unknown_one(client, path, state):
    known = await make_member("Amara Diallo", email="known@school.example", **STATES[state])
    if state == "to be let in":
        async with unit_of_work():
            await Application.create(member_id=known.id, line="I teach.")
    client.headers["accept-encoding"] = "identity"  # a compressed length says how the address itself compresses
    answers = []
    for email in ("known@school.example", "other@school.example"):
        answer = await client.post(path, data=QUESTIONS[path] | {"email": email})
        after = await client.get(answer.headers["location"]) if answer.is_redirect else answer
        answers.append((len(answer.content), without_chance(answer, email), without_chance(after, email)))
        client.cookies.clear()
    assert answers[0] == answers[1]
    assert "known@school.example" not in str(await rows("SELECT * FROM jobs"))


@pytest.mark.parametrize("path", ["/forgotten", "/confirm/again", "/join"])
async def test_class_19_the_answer_comes_on_a_full_beat(client, monkeypatch, path):
    monkeypatch.setattr(pacing, "SECONDS", 0.1)
    await make_member(email="known@school.example", confirmed_at=None if path == "/confirm/again" else clock.now())
    for email in ("known@school.example", "other@school.example"):
        began = perf_counter()
        assert (await client.post(path, data=QUESTIONS[path] | {"email": email})).status_code == 303
        assert perf_counter() - began >= 0.1


async def test_class_19_what_fails_at_once_says_nothing_of_the_address(client, monkeypatch):
    monkeypatch.setattr(pacing, "SECONDS", 5)
    await make_member(email="known@school.example")
    for email in ("known@school.example", "other@school.example"):
        assert (await client.post("/join", data=JOIN | {"email": email, "pass_phrase": "short"})).status_code == 422


def test_the_area_under_the_curve():
    assert auc([1, 2, 3], [1, 2, 3]) == 0.5
    assert auc([1, 2], [3, 4]) == auc([3, 4], [1, 2]) == 1
    assert auc([1, 3], [2, 4]) == 0.75


async def test_who_was_declined_can_apply_again_after_a_month(client):
    seru = await make_member("Seru Vakaloloma", email="seru@school.example", admitted_at=None, trust="newcomer")
    async with unit_of_work():
        await Application.create(member_id=seru.id, line="I teach.", decided_at=clock.now())
    again = JOIN | {"email": "seru@school.example", "line": "I teach welding in Suva."}
    assert (await client.post("/join", data=again)).status_code == 303
    assert (await Application.get()).line == "I teach."
    assert "Your first application counts" in (await mailed_to("seru@school.example"))[-1]
    async with unit_of_work():
        await Application.all().update(decided_at=clock.now() - timedelta(days=31))
    assert (await client.post("/join", data=again)).status_code == 303
    assert ((await Application.get()).line, await Member.all().count()) == ("I teach welding in Suva.", 1)
    assert (await Member.get()).confirmed_at is None
