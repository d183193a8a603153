"""The pages of institutions, and what their coordinators may do there."""

from datetime import timedelta
from uuid import uuid4

import pytest

from community import clock
from community.audience import GUEST, PUBLIC
from community.institutions.directory import Asked, counts, how_many, institutions
from community.institutions.models import Affiliation, Institution, Invite, Trait
from community.institutions.queries import Person, coordinators, people
from community.institutions.search_documents import documents
from community.members.models import Detail
from community.storage import unit_of_work
from community.text import fold
from community.text.names import tone
from tests.accounts.letters import mailed_to
from tests.conftest import new_client
from tests.factories import make_affiliation, make_coordinator, make_institution, make_member, make_steward
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

PORTRAIT = {
    "name": "Lakeside Technical Institute",  "country": "KE", "city": "Kisumu", "category": "university_research",
    "region": "africa", "about": "We wire **boats**.", "language": "en", "website": "https://lakeside.example/", "mark": "m-07",
    "fields": ["0713", "0714"], "levels": ["3", "4"], "languages": ["en", "sw"],
}  # fmt: skip


@pytest.fixture
async def lakeside(database):
    return await make_institution()


@pytest.fixture
async def wanjiru(lakeside):
    return await make_coordinator(lakeside)


async def test_a_coordinator_keeps_the_page(client, wanjiru, lakeside, sign_in):
    await sign_in(client, wanjiru)
    base = f"/institutions/{lakeside.slug}"
    assert 'value="Kisumu"' in (await client.get(f"{base}/edit")).text
    answer = await client.post(f"{base}/edit", data=PORTRAIT | {"city": "Kisumu Town"})
    assert (answer.status_code, answer.headers["location"]) == (303, base)
    page = (await client.get(base)).text
    for words in ("Kisumu Town, Kenya", "<strong>boats</strong>", "Electricity and energy", "English", "https://lakeside.example/"):
        assert words in page
    assert await Trait.filter(institution_id=lakeside.id).count() == 6
    [document] = await documents("institution", [lakeside.id])
    assert (document.country, document.fields, document.version) == ("KE", ("0713", "0714"), 2)


@pytest.mark.parametrize("field", ["name", "country", "category", "region"])
async def test_what_is_missing_is_said_beside_it_and_the_rest_stays(client, wanjiru, lakeside, sign_in, field):
    await sign_in(client, wanjiru)
    answer = await client.post(f"/institutions/{lakeside.slug}/edit", data=PORTRAIT | {field: ""})
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert "We wire **boats**." in answer.text
    assert '<option value="0713" selected>' in answer.text


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "//evil.example", "https://user@evil.example", "ftp://x.example", "https://x y.example"]
)
async def test_a_website_is_an_http_address(client, wanjiru, lakeside, sign_in, website):
    await sign_in(client, wanjiru)
    answer = await client.post(f"/institutions/{lakeside.slug}/edit", data=PORTRAIT | {"website": website})
    assert answer.status_code == 422


@pytest.mark.parametrize("extra", [{"slug": "x"}, {"verified_at": "2026-01-01"}, {"audience": "members"}, {"successor_id": "1"}])
async def test_class_11_the_form_sets_nothing_else(client, wanjiru, lakeside, sign_in, extra):
    await sign_in(client, wanjiru)
    assert (await client.post(f"/institutions/{lakeside.slug}/edit", data=PORTRAIT | extra)).status_code == 422


async def test_class_7_nobody_else_keeps_the_page(client, app, wanjiru, lakeside, sign_in):
    elsewhere = await make_coordinator(await make_institution("Delta College", "EG"), "Omar Hassan")
    belongs = await make_member("Amara Diallo", institution=lakeside)
    base = f"/institutions/{lakeside.slug}"
    forms = {
        "/edit": PORTRAIT, "/confirm-current": {}, "/invites": {"uses": "1", "days": "1"}, "/successor": {},
        "/coordinators": {"member_id": str(belongs.id)},
    }  # fmt: skip
    for member in (elsewhere, belongs):
        async with new_client(app) as browser:
            await sign_in(browser, member)
            page = (await browser.get(base)).text
            assert "/edit" not in page.partition("<main")[2].partition("</main>")[0]
            assert "invitations" not in page
            assert (await browser.get(f"{base}/edit")).status_code == 403
            assert {(await browser.post(base + path, data=data)).status_code for path, data in forms.items()} == {403}
    assert {(await client.post(base + path, data=data)).status_code for path, data in forms.items()} == {404}  # a guest
    assert await Invite.all().count() == 0
    assert await coordinators(lakeside.id) == [wanjiru.id]


async def test_a_steward_enters_an_institution_once(client, sign_in):
    await sign_in(client, await make_steward())
    assert (await client.get("/institutions/new")).status_code == 200
    sent = PORTRAIT | {"client_id": str(uuid4())}
    first = await client.post("/institutions", data=sent)
    again = await client.post("/institutions", data=sent)
    assert first.headers["location"] == again.headers["location"] == "/institutions/lakeside-technical-institute"
    other = await client.post("/institutions", data=PORTRAIT | {"client_id": str(uuid4())})
    assert other.headers["location"] == "/institutions/lakeside-technical-institute-2"
    assert (await Institution.get(slug="lakeside-technical-institute")).verified_at
    assert await Institution.all().count() == 2


async def test_entering_one_is_for_stewards(client, sign_in):
    await sign_in(client, await make_member())
    assert (await client.get("/institutions/new")).status_code == 404
    assert (await client.post("/institutions", data=PORTRAIT)).status_code == 404


async def test_a_claim_is_shown_to_nobody_until_a_coordinator_confirms(client, app, wanjiru, lakeside, sign_in):
    rosa = await make_member("Rosa Mendoza", trust="newcomer")
    await sign_in(client, rosa)
    base = f"/institutions/{lakeside.slug}"
    assert (await client.post(f"{base}/claim", data={"role": "Welder", "since": "2024-09-01"})).status_code == 303
    async with new_client(app) as guest:
        assert "Rosa Mendoza" not in (await guest.get(base)).text
    claim = await Affiliation.get(member_id=rosa.id)
    assert (await client.post(f"{base}/people/{claim.id}/vouch")).status_code == 403  # nobody vouches for themselves
    async with new_client(app) as hers:
        await sign_in(hers, wanjiru)
        assert "Rosa Mendoza" in (await hers.get(base)).text
        assert (await hers.post(f"{base}/people/{claim.id}/vouch")).status_code == 303
        assert (await hers.post(f"{base}/people/{claim.id}/vouch")).status_code == 303  # twice changes nothing
    async with new_client(app) as guest:
        assert "Rosa Mendoza" in (await guest.get(base)).text
    assert (await people([rosa.id]))[rosa.id].institution == lakeside.name
    await rosa.refresh_from_db()
    assert rosa.trust == "trusted"


async def test_class_9_a_claim_under_another_institution_does_not_exist(client, wanjiru, lakeside, sign_in):
    delta = await make_institution("Delta College", "EG")
    claim = await make_affiliation(await make_member("Rosa Mendoza"), delta, confirmed=False)
    await sign_in(client, wanjiru)
    for slug in (lakeside.slug, delta.slug):
        answer = await client.post(f"/institutions/{slug}/people/{claim.id}/vouch")
        assert answer.status_code == 404
    assert (await client.post(f"/institutions/{lakeside.slug}/people/999/vouch")).status_code == 404
    assert (await Affiliation.get(id=claim.id)).confirmed_at is None


async def test_a_person_is_shown_with_every_fact_in_its_place(lakeside):
    rosa = await make_member("Rosa Mendoza", institution=lakeside)
    bagus = await make_member("Bagus Nugroho")
    async with unit_of_work():
        for member, kind, value in ((rosa, "headline", "Welds ships"), (rosa, "country", "PE"), (bagus, "country", "ID")):
            await Detail.create(member_id=member.id, kind=kind, value=value, value_folded=fold(value), audience=PUBLIC)
    found = await people([rosa.id, bagus.id])
    assert found[rosa.id] == Person(
        id=rosa.id, handle=rosa.handle, name="Rosa Mendoza", initials="RM", tone=tone(rosa.id), headline="Welds ships",
        institution=lakeside.name, institution_slug=lakeside.slug, city=lakeside.city, country=lakeside.country,
    )  # fmt: skip
    assert (found[bagus.id].institution, found[bagus.id].city, found[bagus.id].country) == ("", "", "ID")


async def test_leaving_stays_as_past_and_ends_what_is_shown(client, lakeside, wanjiru, sign_in):
    rosa = await make_member("Rosa Mendoza", institution=lakeside)
    await sign_in(client, rosa)
    mine = await Affiliation.get(member_id=rosa.id)
    hers = await Affiliation.get(member_id=wanjiru.id)
    base = f"/institutions/{lakeside.slug}/people"
    assert (await client.post(f"{base}/{hers.id}/end")).status_code == 403
    assert (await client.post(f"{base}/{mine.id}/end")).status_code == 303
    assert (await people([rosa.id]))[rosa.id].institution == ""
    assert "formerly" in (await client.get(f"/people/{rosa.handle}")).text


async def test_the_last_coordinator_leaves_only_to_a_successor(client, lakeside, wanjiru, sign_in):
    rosa = await make_member("Rosa Mendoza", institution=lakeside)
    outsider = await make_member("Omar Hassan")
    await sign_in(client, wanjiru)
    base, mine = f"/institutions/{lakeside.slug}", await Affiliation.get(member_id=wanjiru.id)
    assert (await client.post(f"{base}/people/{mine.id}/end")).status_code == 403
    assert (await client.post(f"{base}/successor", data={"member_id": str(outsider.id)})).status_code == 422
    assert (await client.post(f"{base}/successor", data={"member_id": str(rosa.id)})).status_code == 303
    assert (await client.post(f"{base}/people/{mine.id}/end")).status_code == 303
    assert await coordinators(lakeside.id) == [rosa.id]
    assert (await viewer_of(wanjiru)).coordinates == frozenset()
    assert (await viewer_of(rosa)).coordinates == {lakeside.id}


async def test_a_page_nobody_confirmed_for_a_year_says_so(client, app, lakeside, wanjiru, sign_in):
    async with unit_of_work():
        lakeside.confirmed_at = clock.now() - timedelta(days=400)
        await lakeside.save()
    base = f"/institutions/{lakeside.slug}"
    async with new_client(app) as guest:
        page = (await guest.get(base)).text
        assert "Not confirmed for a year." in page
        assert "It still holds" not in page
    await sign_in(client, wanjiru)
    assert (await client.post(f"{base}/confirm-current")).status_code == 303
    assert "Not confirmed for a year." not in (await client.get(base)).text


async def test_an_unverified_institution_invites_nobody(client, lakeside, wanjiru, sign_in):
    async with unit_of_work():
        lakeside.verified_at = None
        await lakeside.save()
    await sign_in(client, wanjiru)
    base = f"/institutions/{lakeside.slug}"
    assert (await client.post(f"{base}/invites", data={"uses": "1", "days": "1"})).status_code == 403
    await sign_in(client, await make_steward())
    assert (await client.post(f"{base}/verify")).status_code == 303
    assert (await Institution.get(id=lakeside.id)).verified_at


async def test_an_invitation_is_made_shown_and_stopped(client, lakeside, wanjiru, sign_in):
    await sign_in(client, wanjiru)
    base, sent = f"/institutions/{lakeside.slug}", {"uses": "25", "days": "7", "note": "Class of May", "client_id": str(uuid4())}
    for _ in range(2):
        assert (await client.post(f"{base}/invites", data=sent)).status_code == 303
    assert await Invite.all().count() == 1
    page = (await client.get(base)).text
    assert "Class of May" in page
    assert "http://localhost:8000/join?invite=" in page
    assert "0 of 25 used" in page
    made = await Invite.get()
    delta = await make_institution("Delta College", "EG")
    assert (await client.post(f"/institutions/{delta.slug}/invites/{made.id}/withdraw")).status_code == 404
    assert (await client.post(f"{base}/invites/{made.id}/withdraw")).status_code == 303
    assert "Class of May" not in (await client.get(base)).text
    assert (await client.post(f"{base}/invites", data={"uses": "101", "days": "7"})).status_code == 422


async def test_the_list_is_filtered_counted_and_paged(client):
    for number in range(30):
        made = await make_institution(
            f"College {number:02}", "KE" if number % 2 else "SN", region="africa" if number % 3 else "europe"
        )
        async with unit_of_work():
            await Trait.create(institution_id=made.id, kind="field", code="0713" if number % 2 else "1015")
    assert await how_many(GUEST, Asked(countries=("KE",))) == 15
    assert await how_many(GUEST, Asked(countries=("KE",), fields=("07",))) == 15
    assert await how_many(GUEST, Asked(countries=("KE",), fields=("10",))) == 0
    assert await how_many(GUEST, Asked(words="college 0")) == 10
    assert (await counts(GUEST))["field"] == {"07": 15, "10": 15}
    page = (await client.get("/institutions?country=KE&country=SN")).text
    assert "30 institutions" in page
    following = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = await client.get(following)
    assert "College 29" in second.text
    back = second.text.partition('rel="prev" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "College 00" in (await client.get(back)).text
    first = await institutions(GUEST, Asked(), None, backwards=False)
    assert [one.name for one in first] == sorted(one.name for one in first)


@pytest.mark.parametrize(
    "query",
    ["?after=zzz", "?country=%00", "?q=%25%5F'", "?region=nowhere", "?before=WyJhIiwxXQ", "?field=07&field=x", "?q=" + "x" * 500],
)
async def test_the_list_survives_any_question(client, lakeside, query):
    assert (await client.get(f"/institutions{query}")).status_code == 200


async def test_class_27_an_institution_cannot_run_a_script(client, wanjiru, lakeside, sign_in):
    await sign_in(client, wanjiru)
    hostile = '"><script>alert(1)</script>'
    await client.post(f"/institutions/{lakeside.slug}/edit", data=PORTRAIT | {"name": hostile, "city": hostile, "about": hostile})
    for path in (f"/institutions/{lakeside.slug}", "/institutions", f"/institutions/{lakeside.slug}/edit"):
        assert "<script>alert" not in (await client.get(path)).text


async def test_an_absent_institution_answers_like_any_absent_page(client):
    assert (await client.get("/institutions/nowhere")).status_code == 404


async def test_coordinators_hear_of_a_claim_by_mail(client, lakeside, wanjiru, sign_in):
    rosa = await make_member("Rosa Mendoza")
    await sign_in(client, rosa)
    await client.post(f"/institutions/{lakeside.slug}/claim", data={"role": "Welder"})
    [letter] = await mailed_to(wanjiru.email)
    assert "Rosa Mendoza says that they belong to your institution" in letter
    assert "because you coordinate the institution" in letter
    assert f"http://localhost:8000/institutions/{lakeside.slug}" in letter
