"""The outbox is for whoever sits at the machine of a demo, and for nobody else."""

import pytest

from community.settings import Settings
from community.storage import unit_of_work
from tests.factories import make_member

pytestmark = pytest.mark.anyio


@pytest.fixture
def demo(monkeypatch):
    monkeypatch.setattr("community.mail.views.settings", lambda: Settings(demo=True, mail="outbox", host="127.0.0.1"))


async def test_the_outbox_shows_letters_with_links_that_work(client, demo):
    from community.accounts.joining import mail_confirmation

    amara = await make_member(confirmed_at=None)
    async with unit_of_work():
        await mail_confirmation(amara.id)
    page = await client.get("/outbox")
    assert page.status_code == 200
    assert 'href="/confirm?token=' in page.text
    assert amara.email in page.text


async def test_it_does_not_exist_outside_the_demo(client):
    assert (await client.get("/outbox")).status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
async def test_it_does_not_exist_through_a_proxy(client, demo, header):
    assert (await client.get("/outbox", headers={header: "127.0.0.1"})).status_code == 404


@pytest.mark.parametrize("changed", [{"host": "0.0.0.0"}, {"mail": "smtp://mail.school.example"}, {"demo": False}])
async def test_it_does_not_exist_where_others_reach(client, monkeypatch, changed):
    monkeypatch.setattr(
        "community.mail.views.settings", lambda: Settings(**{"demo": True, "mail": "outbox", "host": "127.0.0.1"} | changed)
    )
    assert (await client.get("/outbox")).status_code == 404
