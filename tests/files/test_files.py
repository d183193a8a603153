"""Sending a file up, and who gets it back."""

import io
from uuid import uuid4

import pytest
from PIL import Image

from community.audience import MEMBERS, PUBLIC, STEWARDS, Viewer, hide, member_key, root_name
from community.errors import Invalid
from community.files import actions, blobs
from community.files.actions import attach, forget_files_of, store_upload
from community.files.jobs import sweep_blobs
from community.files.models import File
from community.settings import settings
from community.storage import drain, unit_of_work
from tests.conftest import new_client
from tests.factories import make_institution, make_member, make_steward

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GUILDHALL_DATA", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


class Sent:
    """An upload as the form brings it."""

    def __init__(self, content, filename):
        self.content, self.filename = content, filename

    async def read(self, size=-1):
        return self.content[:size] if size >= 0 else self.content


def png(size=(20, 10)):
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, "PNG")
    return written.getvalue()


def viewer(member):
    return Viewer(
        member=member.id, handle=member.handle, trust=member.trust, audiences=frozenset({PUBLIC, MEMBERS, member_key(member.id)})
    )


async def stored(member, content=None, name="bench.png", client_id=None):
    return await store_upload(viewer(member), Sent(content or png(), name), client_id or uuid4())


async def test_a_picture_goes_up_and_comes_back_in_a_sandbox(client, sign_in):
    await sign_in(client, await make_member())
    sent = {"file": ("../Bench drawing.png", png((700, 100)), "text/html")}
    answer = await client.post("/files", files=sent, data={"client_id": str(uuid4())})
    assert answer.status_code == 303
    file = await File.get()
    assert "![Bench-drawing.png](/files/" in (await client.get("/files")).text
    back = await client.get(f"/files/{file.id}/Bench-drawing.png")
    assert back.status_code == 200
    assert back.headers["content-type"] == "image/png"
    assert back.headers["content-disposition"] == "inline; filename*=UTF-8''Bench-drawing.png"
    assert back.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in back.headers["content-security-policy"]
    assert "private" in back.headers["cache-control"]
    small = await client.get(f"/files/{file.id}/Bench-drawing.png?size=small")
    assert Image.open(io.BytesIO(small.content)).size == (480, 69)
    again = await client.get(f"/files/{file.id}/Bench-drawing.png", headers={"If-None-Match": back.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_script_gets_the_line_to_paste(client, sign_in):
    await sign_in(client, await make_member())
    answer = await client.post("/files", files={"file": ("a.png", png())}, headers={"X-Fragment": "1"})
    assert answer.status_code == 201
    assert answer.json()["markdown"] == f"![a.png]({answer.json()['url']})"


@pytest.mark.parametrize("name", ["page.html", "drawing.svg"])
async def test_pages_and_drawings_are_only_ever_downloaded(client, sign_in, name):
    member = await make_member()
    await sign_in(client, member)
    file = await stored(member, b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", name)
    back = await client.get(f"/files/{file.id}/{name}")
    assert back.headers["content-type"] == "application/octet-stream"
    assert back.headers["content-disposition"].startswith("attachment;")


async def test_until_it_is_posted_only_its_author_sees_it(client, app, sign_in):
    author, other, steward = await make_member(), await make_member("Layla Haddad"), await make_steward()
    file = await stored(author)
    address = f"/files/{file.id}/{file.name}"
    absent = await client.get(f"/files/{file.id + 1}/{file.name}")
    for reader in (None, other, steward):
        browser = new_client(app)
        if reader:
            await sign_in(browser, reader)
        hidden = await browser.get(address)
        assert hidden.status_code == absent.status_code == 404
    await sign_in(client, author)
    assert (await client.get(address)).status_code == 200
    assert (await client.get(address + "x")).status_code == 404


async def test_posted_it_goes_where_its_root_goes(client):
    author, thing = await make_member(), await make_institution()
    file = await stored(author)
    async with unit_of_work():
        assert [one.id for one in await attach(viewer(author), [file.id], root_name(thing), PUBLIC)] == [file.id]
    address = f"/files/{file.id}/{file.name}"
    assert (await client.get(address)).status_code == 200
    async with unit_of_work():
        await hide(thing)
    assert (await File.get()).audience == STEWARDS
    assert (await client.get(address)).status_code == 404


async def test_attaching_takes_only_ones_own_unposted_files(database):
    author, thief = await make_member(), await make_member("Layla Haddad")
    file = await stored(author)
    async with unit_of_work():
        assert await attach(viewer(thief), [file.id], "thread:1", PUBLIC) == []
        assert await attach(viewer(author), [file.id], "thread:2", MEMBERS)
        assert await attach(viewer(author), [file.id], "thread:3", PUBLIC) == []
    assert (await File.get()).root == "thread:2"


async def test_the_same_form_sent_twice_makes_one_file(database):
    member, client_id = await make_member(), uuid4()
    first, again = await stored(member, client_id=client_id), await stored(member, client_id=client_id)
    assert first.id == again.id
    assert await File.all().count() == 1


async def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(client, sign_in, data_folder):
    await sign_in(client, await make_member())
    for sent in ({"file": ("x.exe", b"MZ\x90")}, {"file": ("x.png", b"")}, None):
        answer = await client.post("/files", files=sent or {"other": ("", b"")})
        assert answer.status_code == 422
        assert 'id="f-file-e"' in answer.text
    assert await File.all().count() == 0


async def test_too_large_is_refused(database, monkeypatch):
    monkeypatch.setattr(actions, "MOST_BYTES", 1000)
    with pytest.raises(Invalid):
        await stored(await make_member(), b"a" * 1001, "x.txt")


async def test_a_body_that_is_larger_than_any_file_is_cut_off(client, sign_in):
    await sign_in(client, await make_member())
    answer = await client.post("/files", files={"file": ("x.txt", b"a" * (12 * 1024 * 1024))})
    assert answer.status_code == 413


async def test_nobody_hoards_unposted_files(database, monkeypatch):
    monkeypatch.setattr(actions, "MOST_UNPOSTED", 1)
    member = await make_member()
    await stored(member)
    with pytest.raises(Invalid):
        await stored(member)


async def test_bytes_go_when_nothing_names_them_any_more(database, monkeypatch):
    member = await make_member()
    kept, gone = await stored(member, png((10, 10))), await stored(member, png((30, 30)))
    same = await stored(member, png((10, 10)))
    async with unit_of_work():
        await attach(viewer(member), [gone.id, same.id], "thread:1", PUBLIC)
        await forget_files_of("thread:1")
    await drain()
    assert blobs.path_of(gone.digest).exists(), "the last hour's are left alone"
    monkeypatch.setattr(blobs, "GRACE_SECONDS", -5)
    await sweep_blobs()
    assert not blobs.path_of(gone.digest).exists()
    assert blobs.path_of(kept.digest).exists()


async def test_one_removes_ones_own_unposted_file_and_no_other(client, app, sign_in):
    author = await make_member()
    file = await stored(author)
    stranger = new_client(app)
    await sign_in(stranger, await make_member("Layla Haddad"))
    assert (await stranger.post(f"/files/{file.id}/remove")).status_code == 404
    await sign_in(client, author)
    assert (await client.post(f"/files/{file.id}/remove")).status_code == 303
    assert await File.all().count() == 0


@pytest.mark.parametrize("number", ["0", "9223372036854775808", "99999999999999999999999999", "-1", "1.5", "x"])
async def test_strange_numbers_are_not_found(client, number):
    assert (await client.get(f"/files/{number}/x.png")).status_code == 404


async def test_guests_cannot_send_anything_up(client):
    assert (await client.post("/files", files={"file": ("a.png", png())})).status_code == 404
