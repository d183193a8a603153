"""Practices through the door: pages, forms as a redirect and as a fragment, and what each reader is refused."""

import json
import re
from uuid import uuid4

import pytest

from community.discussions.places import ensure_themes
from community.practices.actions import endorse
from community.practices.models import Edition, Endorsement, Practice, PracticeSubmission
from community.practices.seeds import load_reports
from community.practices.writing import adapt, begin_edition
from tests.conftest import new_client
from tests.discussions.counting import counted_queries
from tests.factories import make_institution, make_member, make_steward
from tests.practices.factories import make_draft, make_practice, make_submission
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

FIELDS = {
    "title": "Repair café", "summary": "Learners mend what neighbours bring.", "lang": "en", "country": "KE", "themes": "inclusion",
    "licence": "CC-BY-4.0", "context": "A market town.", "challenge": "No practice objects.", "solution": "A **café** on Fridays.",
    "fields": "0713 Electricity and energy",
}  # fmt: skip


@pytest.fixture
async def author(app):
    return await make_member("Amara Diallo")


@pytest.fixture
async def steward(app):
    return await make_steward()


@pytest.fixture
async def browser(app, sign_in, author):
    made = new_client(app)
    await sign_in(made, author)
    return made


@pytest.fixture
async def desk(app, sign_in, steward):
    made = new_client(app)
    await sign_in(made, steward)
    return made


async def test_the_whole_way_without_a_script(client, browser, desk):
    assert "Share a practice" in (await browser.get("/practices")).text
    assert (await browser.get("/practices/new")).status_code == 200
    begun = await browser.post("/practices", data={**FIELDS, "solution": "", "client_id": str(uuid4())})
    assert begun.status_code == 303
    draft = begun.headers["location"]
    page = (await browser.get(draft)).text
    assert "A market town." in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]

    missing = await browser.post(draft, data={**FIELDS, "solution": "", "version": version, "do": "submit"})
    assert missing.status_code == 422
    assert '<a href="#f-solution">' in missing.text
    version = re.search(r'name="version" value="(\d+)"', missing.text)[1]
    handed_in = await browser.post(draft, data={**FIELDS, "version": version, "do": "submit"})
    assert handed_in.status_code == 303
    assert "Take it back" in (await browser.get(draft)).text

    listed = (await desk.get("/practices/submitted")).text
    decision = re.search(r"/practices/submitted/\d+", listed)[0]
    assert "<strong>café</strong>" in (await desk.get(decision)).text
    silent = await desk.post(decision, data={"do": "return", "reasons": ""})
    assert silent.status_code == 422
    assert (await desk.post(decision, data={"do": "return", "reasons": "How **many**?"})).status_code == 303
    returned = (await browser.get(draft)).text
    assert "How <strong>many</strong>?" in returned
    version = re.search(r'name="version" value="(\d+)"', returned)[1]
    await browser.post(draft, data={**FIELDS, "results": "49 of 74.", "version": version, "do": "submit"})
    decision = re.search(r"/practices/submitted/\d+", (await desk.get("/practices/submitted")).text)[0]
    assert (await desk.post(decision, data={"do": "publish"})).status_code == 303

    address = draft.removesuffix("/draft")
    public = (await client.get(address)).text
    assert "49 of 74." in public
    assert "Repair café" in (await client.get("/practices?country=KE&q=caf%C3%A9")).text
    assert (await browser.get(draft)).status_code == 404
    assert "Begin the next edition" in (await browser.get(address)).text


async def test_saving_as_one_types(browser, author):
    client_id = str(uuid4())
    first = await browser.post(
        "/practices", data={"title": "Re", "client_id": client_id, "version": "0"}, headers={"X-Fragment": "1"}
    )
    answer = first.json()
    assert answer["said"].startswith("Saved at")
    again = await browser.post(
        "/practices", data={"title": "Repair", "client_id": client_id, "version": "0"}, headers={"X-Fragment": "1"}
    )
    assert again.json()["address"] == answer["address"]
    assert await Practice.all().count() == 1
    later = await browser.post(
        answer["address"], data={"title": "Repair café", "version": again.json()["version"]}, headers={"X-Fragment": "1"}
    )
    assert later.json()["version"] > again.json()["version"]
    stale = await browser.post(
        answer["address"], data={"title": "Old window", "version": answer["version"]}, headers={"X-Fragment": "1"}
    )
    assert (stale.status_code, stale.headers["content-type"]) == (409, "application/problem+json")
    wrong = await browser.post(
        answer["address"], data={"country": "XX", "version": later.json()["version"]}, headers={"X-Fragment": "1"}
    )
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["country"])
    assert (await Edition.get()).title == "Repair café"


async def test_two_windows_without_a_script_see_each_other(browser, author):
    draft = await make_draft(author)
    address = f"/practices/{draft.practice_id}/draft"
    await browser.post(address, data={**FIELDS, "version": draft.version})
    clash = await browser.post(address, data={**FIELDS, "title": "Typed in the other window", "version": draft.version})
    assert clash.status_code == 409
    assert 'value="Typed in the other window"' in clash.text
    assert f'name="version" value="{draft.version}"' in clash.text
    assert (await Edition.get(id=draft.id)).title == "Repair café"
    again = await browser.post(address, data={**FIELDS, "title": "Typed in the other window", "version": draft.version})
    assert again.status_code == 409
    over = await browser.post(
        address, data={**FIELDS, "title": "Typed in the other window", "version": draft.version, "do": "over"}
    )
    assert over.status_code == 303
    assert (await Edition.get(id=draft.id)).title == "Typed in the other window"


async def test_what_was_typed_stays_when_something_is_wrong(browser, author):
    draft = await make_draft(author)
    sent = {
        **FIELDS,
        "title": "x" * 200,
        "targets": "99.9",
        "resources": "nothing",
        "themes": ["inclusion", "greening"],
        "version": draft.version,
    }
    answer = await browser.post(f"/practices/{draft.practice_id}/draft", data=sent)
    assert answer.status_code == 422
    for name in ("title", "targets", "resources"):
        assert f'<a href="#f-{name}">' in answer.text
    assert "x" * 200 in answer.text
    assert "A **café** on Fridays." in answer.text
    assert len(re.findall(r'name="themes" value="\w+" checked', answer.text)) == 2
    new = await browser.post("/practices", data={**FIELDS, "country": "XX"})
    assert new.status_code == 422
    assert "A market town." in new.text


async def test_a_preview_shows_what_readers_will_see(browser, author):
    draft = await make_draft(author)
    answer = await browser.post(f"/practices/{draft.practice_id}/draft", data={**FIELDS, "version": draft.version, "do": "preview"})
    assert "<strong>café</strong>" in answer.text
    assert "How readers will see it" in answer.text


async def test_a_draft_does_not_exist_for_others(client, browser, desk, app, sign_in, author):
    draft = await make_draft(author)
    stranger = new_client(app)
    await sign_in(stranger, await make_member("Layla Haddad"))
    missing = draft.practice_id + 100
    for reader in (client, desk, stranger):
        for path in ("", "/draft", "/editions/1", "/adapt", "/editions/1/cite.bib"):
            hidden = await reader.get(f"/practices/{draft.practice_id}{path}")
            absent = await reader.get(f"/practices/{missing}{path}")
            assert (hidden.status_code, absent.status_code) == (404, 404)
            assert len(hidden.text) == len(absent.text) or reader is client
        for path in ("/draft", "/withdraw", "/editions", "/adapt", "/answer", "/endorse", "/endorse/remove", "/archive"):
            data = {"country": "KE"} if path == "/adapt" else {}
            sent = await reader.post(f"/practices/{draft.practice_id}{path}", data=data)
            assert sent.status_code == (303 if path == "/endorse/remove" and reader is not client else 404), path
    assert (await browser.get(f"/practices/{draft.practice_id}")).headers["location"] == f"/practices/{draft.practice_id}/draft"


async def test_submissions_are_for_stewards(client, browser, author):
    submission = await make_submission(author)
    for reader in (client, browser):
        assert (await reader.get("/practices/submitted")).status_code == 404
        assert (await reader.get(f"/practices/submitted/{submission.id}")).status_code == 404
        assert (await reader.post(f"/practices/submitted/{submission.id}", data={"do": "publish"})).status_code == 404
    assert (await PracticeSubmission.get()).verdict == ""


async def test_unknown_fields_and_states_are_refused(browser, author):
    draft = await make_draft(author)
    for name, value in (("state", "published"), ("audience", "public"), ("author_id", "1"), ("do", "publish")):
        answer = await browser.post(f"/practices/{draft.practice_id}/draft", data={**FIELDS, "version": draft.version, name: value})
        assert answer.status_code == 422
    assert (await Edition.get(id=draft.id)).state == "draft"


async def test_a_practice_page_says_what_it_knows(client, author, steward):
    school = await make_institution("Harbour Trades School", mark="m-07", latitude=1.0, longitude=2.0)
    maker = await make_member("Wanjiru Otieno", institution=school)
    edition = await make_practice(
        maker, steward, institution_id=school.id, tags=("boats",), partners=("A harbour",), title="Boats <script>alert(1)</script>"
    )
    page = await client.get(f"/practices/{edition.practice_id}")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text)[1])
    assert data["name"] == "Boats <script>alert(1)</script>"
    assert data["creator"]["name"] == "Harbour Trades School"
    assert f"/institutions/{school.slug}" in page.text
    assert "None" not in re.sub(r"<script.*?</script>", "", page.text, flags=re.DOTALL)
    assert "A harbour" in page.text
    again = await client.get(f"/practices/{edition.practice_id}", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304


async def test_citing(client, author, steward):
    edition = await make_practice(author, steward, title="50 % {of} it\\all & more")
    address = f"/practices/{edition.practice_id}/editions/1/cite"
    bib = await client.get(f"{address}.bib")
    assert r"title = {50 \% \{of\} itall \& more}" in bib.text
    assert bib.headers["content-disposition"] == f'attachment; filename="practice-{edition.practice_id}-1.bib"'
    ris = (await client.get(f"{address}.ris")).text.split("\r\n")
    assert (ris[0], ris[-2]) == ("TY  - GEN", "ER  - ")
    assert (await client.get(f"{address}.exe")).status_code == 404


async def test_readers_say_that_they_use_it(app, sign_in, author, steward):
    edition = await make_practice(author, steward)
    reader = new_client(app)
    await sign_in(reader, await make_member("Layla Haddad"))
    address = f"/practices/{edition.practice_id}"
    assert "I use this" in (await reader.get(address)).text
    assert (await reader.post(f"{address}/endorse", data={"line": "With a trailer"})).status_code == 303
    shown = (await reader.get(address)).text
    assert "With a trailer" in shown
    assert "1 member uses it." in shown
    assert (await reader.post(f"{address}/endorse/remove", data={"line": ""})).status_code == 303
    assert await Endorsement.all().count() == 0


async def test_we_did_it_here(client, app, sign_in, author, steward):
    edition = await make_practice(author, steward)
    reader = new_client(app)
    await sign_in(reader, await make_member("Layla Haddad"))
    address = f"/practices/{edition.practice_id}/adapt"
    assert (await reader.get(address)).status_code == 200
    assert (await reader.post(address, data={"country": "XX"})).status_code == 422
    begun = await reader.post(address, data={"country": "JO", "client_id": str(uuid4())})
    draft = (await reader.get(begun.headers["location"])).text
    assert "What we changed, and why" in draft
    assert 'value="JO" selected' in draft


async def test_no_derivatives_means_no(app, sign_in, author, steward):
    edition = await make_practice(author, steward, licence="CC-BY-NC-ND-4.0")
    reader = new_client(app)
    await sign_in(reader, await make_member("Layla Haddad"))
    page = await reader.get(f"/practices/{edition.practice_id}")
    assert "We did it here" not in page.text
    answer = await reader.post(f"/practices/{edition.practice_id}/adapt", data={"country": "JO"})
    assert answer.status_code == 403


async def test_a_lead_asks_whether_one_knows_more(client, browser):
    await load_reports()
    lead = await Practice.filter(kind="lead").first()
    assert "Do you know more?" in (await client.get(f"/practices/{lead.id}")).text
    begun = await browser.post(f"/practices/{lead.id}/answer", data={"client_id": str(uuid4())})
    assert begun.status_code == 303
    assert (await browser.get(begun.headers["location"])).status_code == 200
    assert (await Practice.filter(lead_id=lead.id).first()).kind == "practice"


async def test_every_report_has_a_page_that_says_where_it_is_from(client):
    await load_reports()
    for practice in await Practice.all():
        page = await client.get(f"/practices/{practice.id}")
        assert page.status_code == 200
        words = re.sub(r"<script.*?</script>", "", page.text, flags=re.DOTALL)
        assert "None" not in words
        assert "null" not in words
        assert ("Paraphrased from public reports, not endorsed." in words) != ("This is a lead." in words)
    library = await client.get("/practices")
    assert library.text.count('<li class="card">') == 20
    older = re.search(r'rel="next" href="([^"]+)"', library.text)[1].replace("&amp;", "&")
    assert (await client.get(older)).text.count('<li class="card">') == 11


async def test_an_edition_on_its_way_and_the_one_before(client, browser, desk, author, steward):
    first = await make_practice(author, steward)
    begun = await browser.post(f"/practices/{first.practice_id}/editions", data={"client_id": str(uuid4())})
    draft = (await browser.get(begun.headers["location"])).text
    version = re.search(r'name="version" value="(\d+)"', draft)[1]
    await browser.post(begun.headers["location"], data={**FIELDS, "version": version, "do": "submit"})
    decision = re.search(r"/practices/submitted/\d+", (await desk.get("/practices/submitted")).text)[0]
    await desk.post(decision, data={"do": "publish"})
    assert "Repair café" in (await client.get(f"/practices/{first.practice_id}")).text
    old = (await client.get(f"/practices/{first.practice_id}/editions/1")).text
    assert "This is an earlier edition." in old
    assert "Electronics lab on wheels" in old
    assert (await client.get(f"/practices/{first.practice_id}/editions/3")).status_code == 404


@pytest.mark.parametrize("number", ["0", "2", "2147483648", "9223372036854775808", "x"])
async def test_an_edition_that_is_not_there(client, author, steward, number):
    edition = await make_practice(author, steward)
    assert (await client.get(f"/practices/{edition.practice_id}/editions/{number}")).status_code == 404
    assert (await client.get(f"/practices/{edition.practice_id}/editions/{number}/cite.bib")).status_code == 404


async def test_stewards_archive(client, desk, browser, author, steward):
    edition = await make_practice(author, steward)
    assert (await browser.post(f"/practices/{edition.practice_id}/archive")).status_code == 404
    assert (await desk.post(f"/practices/{edition.practice_id}/archive")).status_code == 303
    assert "This practice is archived." in (await client.get(f"/practices/{edition.practice_id}")).text


async def test_own_practices_are_listed_by_their_newest_edition(browser, author, steward):
    published = await make_practice(author, steward, title="Published one")
    await make_draft(author, title="Draft one")
    await begin_edition(await viewer_of(author), published.practice_id, uuid4())
    page = (await browser.get("/practices/mine")).text
    assert page.count('/draft"') == 2
    assert (await browser.get("/practices/mine")).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "?after=zzz",
        "?before=W10",
        "?q=%00",
        "?order=x",
        "?country=&theme=",
        "?q=" + "x" * 5000,
        "?after=WzEsMl0",
        "?q=%27%20OR%201=1--",
    ],
)
async def test_strange_addresses_of_the_library_are_pages_all_the_same(client, query):
    assert (await client.get(f"/practices{query}")).status_code == 200


async def test_a_practice_leads_to_its_discussion(client, browser, app, sign_in, author, steward):
    await ensure_themes()
    edition = await make_practice(author, steward)
    address = f"/practices/{edition.practice_id}"
    reader = new_client(app)
    await sign_in(reader, await make_member("Layla Haddad"))
    assert "Begin the discussion" in (await reader.get(address)).text
    assert (await reader.post(f"{address}/discuss", data={"text": ""})).status_code == 422
    sent = {"text": "What did the **insurance** cost?", "client_id": str(uuid4())}
    begun = await reader.post(f"{address}/discuss", data=sent)
    assert begun.headers["location"].startswith("/threads/")
    assert (await reader.post(f"{address}/discuss", data=sent)).headers["location"] == begun.headers["location"]
    thread = (await client.get(begun.headers["location"])).text
    assert "<strong>insurance</strong>" in thread
    assert f'href="{address}"' in thread
    assert "Join the discussion" in (await client.get(address)).text
    assert (await browser.get(f"{address}/discuss")).headers["location"] == begun.headers["location"]


@pytest.mark.parametrize(
    "address", ["/practices", "/practices?country=JM&q=lab", "/practices/{first}", "/practices/mine", "/practices/submitted"]
)
async def test_the_number_of_queries_of_a_page(app, sign_in, author, steward, address):
    async def grow(times):
        made = [await make_practice(author, steward, title=f"Lab {number}", tags=("a", "b")) for number in range(times)]
        await make_submission(author)
        return made[0]

    first = await grow(2)
    reader = new_client(app)
    await sign_in(reader, steward if "submitted" in address else author)
    address = address.format(first=first.practice_id)
    await reader.get(address)
    with counted_queries() as few:
        assert (await reader.get(address)).status_code == 200
    await grow(5)
    for _number in range(3):
        member = await make_member(f"Reader {_number}")
        await endorse(await viewer_of(member), first.practice_id, "Yes")
        await adapt(await viewer_of(member), first.id, "KE", uuid4())
    with counted_queries() as many:
        assert (await reader.get(address)).status_code == 200
    assert len(many) <= len(few) + 1, "\n".join(many)  # the names of those who endorse it
    assert len(many) <= 18
