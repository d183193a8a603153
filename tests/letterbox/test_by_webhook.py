"""The same message by HTTP, for a site that listens nowhere."""

import asyncio
import base64

import pytest

from community.discussions.models import Reply
from community.letterbox.reading import MAX_BYTES
from community.mail.models import Mail
from community.mail.reply_addresses import reply_address
from community.settings import settings
from tests.conftest import new_client
from tests.discussions.factories import make_thread
from tests.factories import make_member
from tests.letterbox.conftest import TOKEN, letter, sample

pytestmark = pytest.mark.anyio

WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "message/rfc822"}


@pytest.fixture
async def provider(house, app):
    """A program, not a browser: it sends neither cookies nor what a browser says of itself."""
    async with new_client(app) as made:
        del made.headers["Sec-Fetch-Site"]
        yield made


async def made() -> tuple:
    amara = await make_member("Amara Diallo")
    return amara, await make_thread(amara)


async def test_a_message_becomes_a_post_once(provider):
    amara, thread = await made()
    raw = sample("outlook-web-es", amara, thread.id)
    first = await provider.post("/mail/in", content=raw, headers=WITH_TOKEN)
    assert (first.status_code, first.text) == (202, "posted\n")
    again = await asyncio.gather(*(provider.post("/mail/in", content=raw, headers=WITH_TOKEN) for _ in range(3)))
    assert {(one.status_code, one.text) for one in again} == {(202, "posted\n")}
    assert await Reply.filter(thread_id=thread.id).count() == 2


async def test_the_envelope_counts_before_the_headers(provider):
    amara, thread = await made()
    to = reply_address(amara.id, f"thread:{thread.id}")
    raw = letter(amara, "list@school.example").as_bytes()
    assert (await provider.post("/mail/in", content=raw, headers=WITH_TOKEN)).text == "ignored\n"
    assert (await provider.post("/mail/in", params={"to": to, "from": "<>"}, content=raw, headers=WITH_TOKEN)).text == "ignored\n"
    assert (await provider.post("/mail/in", params={"to": to}, content=raw, headers=WITH_TOKEN)).text == "posted\n"


async def test_basic_authorisation_for_those_who_can_only_set_an_address(provider):
    amara, thread = await made()
    basic = base64.b64encode(f"mail:{TOKEN}".encode()).decode()
    raw = sample("gmail-plain-ru", amara, thread.id)
    answer = await provider.post("/mail/in", content=raw, headers={"Authorization": f"Basic {basic}"})
    assert answer.text == "posted\n"


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer " + "u" * 40,
        f"bearer{TOKEN}",
        f"Bearer {TOKEN}x",
        "Basic !!",
        "Basic " + "QQ==",
        "Bearer ü",
    ],
)
async def test_class_16_without_the_token_there_is_no_such_page(provider, authorization):
    amara, thread = await made()
    headers = {"Authorization": authorization.encode()} if authorization is not None else {}
    answer = await provider.post("/mail/in", content=sample("k9-en", amara, thread.id), headers=headers)
    assert answer.status_code == 404
    assert await Reply.filter(thread_id=thread.id).count() == 1


async def test_a_site_without_a_token_has_no_such_page(provider, monkeypatch):
    monkeypatch.setenv("GUILDHALL_REPLY_TOKEN", "")
    settings.cache_clear()
    for token in ("", TOKEN):
        assert (await provider.post("/mail/in", content=b"x", headers={"Authorization": f"Bearer {token}"})).status_code == 404


async def test_a_members_cookie_changes_nothing(provider, sign_in):
    amara, thread = await made()
    await sign_in(provider, amara)
    raw = letter(await make_member("Mallory"), reply_address(amara.id, f"thread:{thread.id}")).as_bytes()
    assert (await provider.post("/mail/in", content=raw)).status_code == 404
    assert (await provider.post("/mail/in", content=raw, headers=WITH_TOKEN)).text == "returned\n"


async def test_a_body_over_the_limit_is_refused_and_one_below_it_taken(provider):
    amara, thread = await made()
    to = reply_address(amara.id, f"thread:{thread.id}")
    message = letter(amara, to)
    message.add_attachment(b"x" * (MAX_BYTES // 2), maintype="image", subtype="jpeg", filename="strip.jpg")
    assert (await provider.post("/mail/in", content=message.as_bytes(), headers=WITH_TOKEN)).text == "posted\n"
    huge = message.as_bytes() + b"x" * MAX_BYTES
    assert (await provider.post("/mail/in", content=huge, headers=WITH_TOKEN)).status_code == 413
    assert not await Mail.exists()


async def test_too_often_is_worth_another_try(provider):
    amara, thread = await made()
    to = reply_address(amara.id, f"thread:{thread.id}")
    statuses = [
        (await provider.post("/mail/in", content=letter(amara, to, f"Word {n}.").as_bytes(), headers=WITH_TOKEN)).status_code
        for n in range(31)
    ]
    assert statuses == [202] * 30 + [429]


@pytest.mark.parametrize(
    "message_id", [b"<\xff\xfe@x>", b"=?utf-8?q?=00=0d=0a?=", b"x" * 5000, b"<a>\r\n <b>", b"'; DROP TABLE mails; --"]
)
async def test_whatever_names_a_message_it_is_posted_once(provider, message_id):
    amara, thread = await made()
    raw = b"From: %s\r\nTo: %s\r\nMessage-ID: %s\r\n\r\nA strip \0of paper.\r\n" % (
        amara.email.encode(), reply_address(amara.id, f"thread:{thread.id}").encode(), message_id,
    )  # fmt: skip
    for _ in range(2):
        assert (await provider.post("/mail/in", content=raw, headers=WITH_TOKEN)).text == "posted\n"
    [reply] = await Reply.filter(thread_id=thread.id, number__gt=1)
    assert reply.source == "A strip of paper."
