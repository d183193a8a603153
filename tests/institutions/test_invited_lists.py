"""Inviting by a list: a dry run that sends nothing, then each person once, however the list comes and whatever happens on the way."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from community import clock
from community.errors import Invalid, NotFound
from community.institutions import inviting_many
from community.institutions.listed_people import Line, read_people
from community.institutions.models import InvitationList, Invite, InvitedPerson
from community.mail.models import Mail
from community.storage import drain, rows, unit_of_work
from tests.accounts.letters import link_in, mailed_to
from tests.factories import make_affiliation, make_coordinator, make_institution, make_member
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

PASTED = "email,name\nseru@school.example,Seru Vakaloloma\nnot an address,Somebody\nSERU@school.example,Again\nada@school.example\n"


@pytest.fixture
async def lakeside(database):
    return await make_institution()


@pytest.fixture
async def wanjiru(lakeside):
    return await make_coordinator(lakeside)


async def checked(member, institution, text=PASTED, client_id=None):
    return await inviting_many.check(await viewer_of(member), institution.id, text.encode(), "en", client_id or uuid4())


def emails(data):
    return [line.email for line in read_people(data) if not line.fault]


@pytest.mark.parametrize(
    "data",
    [
        b"a@b.example,Ana\nc@d.example,Ced", b"\xef\xbb\xbfname;email\r\nAna;a@b.example\r\nCed;c@d.example\r\n",
        "Ana\ta@b.example\nCéd\tc@d.example".encode("utf-16"), "Ana,a@b.example\nCéd,c@d.example".encode("cp1252"),
        b"a@b.example\n\n\nc@d.example\n", b'"Ana, of B",a@b.example\n"Ced",c@d.example', b"E-Mail\na@B.example\nC@d.example",
    ],
)  # fmt: skip
def test_a_list_is_read_as_spreadsheets_write_it(data):
    assert emails(data) == ["a@b.example", "c@d.example"]


def test_names_come_along_and_lines_are_counted_as_the_file_does():
    assert read_people(b"name;email\n\nAna Diallo;a@b.example")[0] == Line(3, "a@b.example", "Ana Diallo")
    assert [line.fault for line in read_people(b"a@b.example\nA@B.example")] == ["", "It stands in this list already."]


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://evil.example")'])
def test_class_42_a_formula_is_a_fault_and_never_a_name(cell):
    quoted = '"' + cell.replace('"', '""') + '"'
    [line] = read_people(f"a@b.example,{quoted}".encode())
    assert line.fault.startswith("It begins like a formula")
    assert line.name == ""


@pytest.mark.parametrize(
    "data", [b"", b"\n \n,,\n", b"email,name\n", b"a@b.example\n" * 1001, b"x" * (256 * 1024 + 1), b"\x00\x00"]
)
def test_what_is_no_list_is_refused_with_a_sentence(data):
    with pytest.raises(Invalid, match=r"\w"):
        read_people(data)


@pytest.mark.parametrize(
    "data",
    [
        b"a," + b'"' * 140_000, b"a@b\r\nBcc: x@y", b"<script>@x", b"\xff\xfe\xff", b"\x89PNG\r\n\x1a\n" * 50, b"@", b"a@b.example@",
        b"a" * 5000 + b"@b.example",
    ],
)  # fmt: skip
def test_hostile_lines_are_faults_or_no_list(data):
    try:
        lines = read_people(data)
    except Invalid:
        lines = []
    assert all(line.fault and "\n" not in line.email and "\0" not in line.email and len(line.email) <= 80 for line in lines)


async def test_the_dry_run_sends_nothing_and_says_what_each_line_is(client, sign_in, wanjiru, lakeside):
    await sign_in(client, wanjiru)
    answer = await client.post(f"/institutions/{lakeside.slug}/lists", data={"people": PASTED, "client_id": str(uuid4())})
    assert answer.status_code == 303
    page = (await client.get(answer.headers["location"])).text
    for words in ("seru@school.example", "ada@school.example", "not an address", "Write the whole address", "Nothing is sent yet."):
        assert words in page
    await drain()
    assert (await Mail.all().count(), await Invite.all().count()) == (0, 0)


async def test_a_file_is_sent_up_and_each_is_invited_once_though_pressed_twice(client, sign_in, wanjiru, lakeside):
    await sign_in(client, wanjiru)
    answer = await client.post(
        f"/institutions/{lakeside.slug}/lists", data={"people": "", "language": "fr"},
        files={"file": ("people.csv", PASTED.encode("utf-8-sig"), "text/csv")},
    )  # fmt: skip
    path = answer.headers["location"]
    for _ in range(2):
        assert (await client.post(f"{path}/send")).status_code == 303
    await drain()
    assert (await client.post(f"{path}/send")).status_code == 303
    await drain()
    assert sorted(mail.recipient for mail in await Mail.all()) == ["ada@school.example", "seru@school.example"]
    assert "vous invite" in str(await rows("SELECT subject FROM mails"))
    page = (await client.get(path)).text
    assert "All letters are written." in page
    assert "seru@school.example" not in page  # addresses are not kept longer than they are needed
    again = await checked(wanjiru, lakeside)
    assert (again.total, [why for _line, _address, why in again.others].count("Is invited already.")) == (0, 2)


async def test_the_letter_leads_in_as_a_member_of_the_institution(client, wanjiru, lakeside):
    made = await checked(wanjiru, lakeside)
    await inviting_many.send(await viewer_of(wanjiru), lakeside.id, made.id)
    link = await link_in("seru@school.example")
    letter = (await mailed_to("seru@school.example"))[0]
    assert "Wanjiru Otieno" in letter
    assert link.partition("invite=")[2] not in str(await Mail.all().values())
    assert lakeside.name in (await client.get(link)).text
    form = {"name": "Seru Vakaloloma", "email": "seru@school.example", "pass_phrase": "the lathe hums at seven", "language": "en"}
    answer = await client.post("/join", data=form | {"invite": link.partition("invite=")[2]})
    assert answer.headers["location"] == "/join/sent"


async def test_class_19_a_list_tells_of_no_account_elsewhere(wanjiru, lakeside):
    elsewhere = await make_member("Other Person", email="other@school.example")
    own = await make_member("Own Person", email="own@school.example")
    await make_affiliation(own, lakeside)
    made = await checked(wanjiru, lakeside, f"{elsewhere.email}\nown@school.example\nnobody@school.example")
    assert [address for address, _name in made.people] == ["other@school.example", "nobody@school.example"]
    assert made.others == [[2, "own@school.example", "Belongs here already."]]


async def test_a_job_killed_on_the_way_goes_on_and_writes_nobody_twice(wanjiru, lakeside, monkeypatch):
    monkeypatch.setattr(inviting_many, "AT_ONCE", 3)
    made = await checked(wanjiru, lakeside, "\n".join(f"p{number}@school.example" for number in range(8)))
    await inviting_many.send(await viewer_of(wanjiru), lakeside.id, made.id)
    assert await inviting_many.write_some(made.id)
    await made.refresh_from_db()
    assert (made.written, await Mail.all().count()) == (3, 3)
    await asyncio.gather(*(inviting_many.write_invitations(made.id) for _ in range(3)))
    await drain()
    await made.refresh_from_db()
    assert (made.state, made.written, made.people) == ("done", 8, [])
    assert await Mail.all().count() == len({mail.recipient for mail in await Mail.all()}) == await InvitedPerson.all().count() == 8


async def test_class_40_two_lists_at_once_write_one_letter(wanjiru, lakeside):
    viewer = await viewer_of(wanjiru)
    lists = [await checked(wanjiru, lakeside) for _ in range(2)]
    for made in lists:
        await inviting_many.send(viewer, lakeside.id, made.id)
    await asyncio.gather(*(inviting_many.write_invitations(made.id) for made in lists))
    assert await Mail.all().count() == await Invite.all().count() == 2


async def test_class_8_letters_stop_with_the_right_of_who_sends(wanjiru, lakeside):
    from community.accounts.models import Member

    made = await checked(wanjiru, lakeside)
    await inviting_many.send(await viewer_of(wanjiru), lakeside.id, made.id)
    async with unit_of_work():
        await Member.filter(id=wanjiru.id).update(suspended_at=clock.now())
    await drain()
    assert (await Mail.all().count(), (await InvitationList.get()).state) == (0, "done")


async def test_class_12_a_list_is_its_institutions(client, sign_in, wanjiru, lakeside):
    delta = await make_institution("Delta College", "EG")
    omar = await make_coordinator(delta, "Omar Nabil")
    made = await checked(wanjiru, lakeside)
    await sign_in(client, omar)
    for slug, status in ((lakeside.slug, 403), (delta.slug, 404)):
        assert (await client.get(f"/institutions/{slug}/lists/{made.id}")).status_code == status
        assert (await client.post(f"/institutions/{slug}/lists/{made.id}/send")).status_code == status
    assert (await client.post(f"/institutions/{lakeside.slug}/lists", data={"people": PASTED})).status_code == 403
    with pytest.raises(NotFound):
        await inviting_many.own_list(await viewer_of(omar), lakeside.id, made.id)


async def test_an_invitation_that_has_lapsed_can_be_sent_again(wanjiru, lakeside):
    viewer = await viewer_of(wanjiru)
    for number in (1, 2):
        with clock.frozen(clock.now() + timedelta(days=31 * (number - 1))):
            made = await checked(wanjiru, lakeside, "seru@school.example")
            await inviting_many.send(viewer, lakeside.id, made.id)
            await inviting_many.write_invitations(made.id)
            assert await Mail.all().count() == number
    assert await InvitedPerson.all().count() == 1


async def test_a_thousand_lines_are_checked_and_written(wanjiru, lakeside):
    made = await checked(wanjiru, lakeside, "\n".join(f"p{number}@school.example,Person {number}" for number in range(1000)))
    assert (made.total, made.others) == (1000, [])
    assert await checked(wanjiru, lakeside, "x", made.client_id) == made  # a retry is the first result
