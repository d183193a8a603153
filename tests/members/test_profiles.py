"""Profiles: each thing said stands in the tier its member chose, and reaches nobody else by any way."""

import pytest

from community.accounts.identity import identify_token
from community.audience import GUEST, MEMBERS, PUBLIC, Withheld
from community.institutions.queries import people
from community.members.directory import Sought, counts, how_many, members
from community.members.forms import tags
from community.members.models import Detail
from community.members.queries import profile, suggested
from community.members.search_documents import documents
from community.storage import unit_of_work
from tests.conftest import new_client
from tests.factories import make_institution, make_member
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

SAID = {
    "name": "Amara Diallo", "headline": "Trainer, electrical installation", "biography": "I wire *boats* and <b>houses</b>.",
    "biography_language": "en", "role": "teacher", "country": "SN", "language_1": "français", "level_1": "C2", "language_2": "wo",
    "fields": ["0713", "0714"], "help": "Solar installation, remote assessment", "learn": "Micro-grids",
    "links": "https://amara.example/", "tier_headline": "public", "tier_biography": "members", "tier_role": "public",
    "tier_country": "members", "tier_language": "members", "tier_field": "public", "tier_help": "public", "tier_learn": "me",
    "tier_link": "members",
}  # fmt: skip


@pytest.fixture
async def amara(database):
    return await make_member()


@pytest.fixture
async def told(client, amara, sign_in):
    """Amara has said all of it."""
    await sign_in(client, amara)
    answer = await client.post(f"/people/{amara.handle}/edit", data=SAID)
    assert answer.status_code == 303, answer.text
    return amara


async def test_the_form_comes_back_as_it_was_saved(client, told):
    page = (await client.get(f"/people/{told.handle}/edit")).text
    assert 'value="Trainer, electrical installation"' in page
    assert "I wire *boats*" in page
    assert 'value="Français"' in page or 'value="français"' in page
    assert '<option value="0713" selected>' in page
    assert 'value="Solar installation, remote assessment"' in page
    assert '<option value="me" selected>' in page


@pytest.mark.parametrize(
    ("who", "sees", "misses"),
    [
        ("guest", ["Trainer, electrical", "Solar installation", "Teacher"], ["boats", "Micro-grids", "amara.example", "Senegal"]),
        ("member", ["Trainer, electrical", "boats", "amara.example", "Senegal"], ["Micro-grids", "<b>houses</b>"]),
        ("own", ["boats", "Micro-grids", "amara.example"], []),
    ],
)
async def test_each_tier_reaches_its_readers_only(app, client, told, sign_in, who, sees, misses):
    async with new_client(app) as reader:
        if who == "member":
            await sign_in(reader, await make_member("Rosa Mendoza"))
        page = (await (client if who == "own" else reader).get(f"/people/{told.handle}")).text
    assert [word for word in sees if word not in page] == []
    assert [word for word in misses if word in page] == []


async def test_class_1_filters_and_counts_find_only_what_the_reader_may_read(told):
    rosa = await viewer_of(await make_member("Rosa Mendoza"))
    for viewer, found in ((GUEST, 0), (rosa, 1)):
        assert await how_many(viewer, Sought(countries=("SN",))) == found
        assert await how_many(viewer, Sought(languages=("fr",))) == found
        assert (await counts(viewer))["country"].get("SN", 0) == found
    assert await how_many(GUEST, Sought(roles=("teacher",), fields=("07",), helps="solar")) == 1
    for kind in ("learn", "biography"):
        assert kind not in await counts(rosa)
    assert await how_many(rosa, Sought(helps="micro")) == 0


async def test_class_1_there_is_one_search_document_a_tier(told):
    made = {document.audience: document for document in await documents("member", [told.id])}
    assert set(made) == {PUBLIC, MEMBERS}
    assert "boats" in made[MEMBERS].body
    assert "boats" not in made[PUBLIC].body
    assert made[PUBLIC].country == ""
    assert made[MEMBERS].country == "SN"
    assert not [document for document in made.values() if "Micro-grids" in document.body]


async def test_class_3_what_is_narrowed_is_withheld_from_search_at_once(client, told):
    async with unit_of_work():
        await Withheld.all().delete()
    await client.post(f"/people/{told.handle}/edit", data=SAID | {"tier_headline": "me"})
    assert await Withheld.filter(document=f"member:{told.id}:public").exists()
    assert (await people([told.id]))[told.id].headline == ""


async def test_a_headline_for_members_stands_beside_no_post(client, told):
    assert (await people([told.id]))[told.id].headline == "Trainer, electrical installation"
    await client.post(f"/people/{told.handle}/edit", data=SAID | {"tier_headline": "members"})
    assert (await people([told.id]))[told.id].headline == ""


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("language_1", "Klingon", "Choose a language from the list."),
        ("links", "javascript:alert(1)", "Write each whole address"),
        ("links", "https://a.example\nhttps://b@c.example", "Write each whole address"),
        ("name", "Guildhall Steward", "could be taken for the house"),
        ("role", "king", "Choose one of the values offered."),
        ("fields", ["9999"], "Choose one of the values offered."),
        ("headline", "x" * 121, "too long"),
        ("biography", "x" * 6001, "too long"),
    ],
)
async def test_what_cannot_be_accepted_is_said_and_nothing_typed_is_lost(client, told, field, value, why):
    answer = await client.post(f"/people/{told.handle}/edit", data=SAID | {"learn": "Battery safety"} | {field: value})
    assert answer.status_code == 422
    assert why in answer.text
    assert 'value="Battery safety"' in answer.text
    assert (await Detail.get(kind="learn")).value == "Micro-grids"


@pytest.mark.parametrize("extra", [{"trust": "steward"}, {"email": "x@y.example"}, {"member_id": "1"}, {"tier_name": "me"}])
async def test_class_11_a_profile_form_sets_nothing_else(client, told, extra):
    assert (await client.post(f"/people/{told.handle}/edit", data=SAID | extra)).status_code == 422


async def test_class_9_nobody_edits_somebody_else(client, told, sign_in):
    rosa = await make_member("Rosa Mendoza")
    await sign_in(client, rosa)
    assert (await client.get(f"/people/{told.handle}/edit")).status_code == 403
    assert (await client.post(f"/people/{told.handle}/edit", data=SAID | {"headline": "Mine"})).status_code == 403
    assert (await client.post("/people/nobody_here/edit", data=SAID)).status_code == 404


@pytest.mark.parametrize("state", [{"suspended_at": 1}, {"confirmed_at": None}, {"admitted_at": None}])
async def test_who_is_suspended_or_has_not_joined_has_no_page(client, state):
    from community import clock

    values = {key: clock.now() if value else None for key, value in state.items()}
    gone = await make_member("Gone Away", **values)
    absent = await client.get("/people/nobody_at_all")
    hidden = await client.get(f"/people/{gone.handle}")
    assert (absent.status_code, hidden.status_code) == (404, 404)
    assert await how_many(await viewer_of(await make_member("Rosa Mendoza")), Sought(words="gone")) == 0
    assert await documents("member", [gone.id]) == []


async def test_class_14_no_page_tells_an_address(app, client, told, sign_in):
    async with new_client(app) as reader:
        await sign_in(reader, await make_member("Rosa Mendoza"))
        for path in ("/people", f"/people/{told.handle}", "/people/suggest?q=am"):
            assert told.email not in (await reader.get(path)).text


async def test_class_27_what_members_type_never_becomes_markup(client, amara, sign_in):
    await sign_in(client, amara)
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    said = SAID | {"headline": hostile, "help": hostile, "learn": hostile, "biography": hostile, "name": 'Amara "><b>D'}
    assert (await client.post(f"/people/{amara.handle}/edit", data=said)).status_code == 303
    for path in (f"/people/{amara.handle}", f"/people/{amara.handle}/edit", "/people"):
        page = (await client.get(path)).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>D" not in page


async def test_the_list_pages_by_key_in_both_directions(database):
    for number in range(70):
        await make_member(f"Person Number{number:03}", handle=f"person_{number:03}")
    viewer = await viewer_of(await make_member("Zed Last"))
    first = await members(viewer, Sought(words="person"), None, backwards=False)
    second = await members(viewer, Sought(words="person"), first[29].key, backwards=False)
    assert second[0].person.name == "Person Number030"
    back = await members(viewer, Sought(words="person"), second[0].key, backwards=True)
    assert [one.person.name for one in back][:30] == [one.person.name for one in first[:30]][::-1]


async def test_the_pages_of_the_list_link_to_each_other(client, sign_in):
    for number in range(35):
        await make_member(f"Person Number{number:03}", handle=f"person_{number:03}")
    await sign_in(client, await make_member("Zed Last"))
    page = (await client.get("/people?q=person")).text
    assert "35 members" in page
    following = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Person Number034" in (await client.get(following)).text
    assert (await client.get("/people?after=garbage&country=%00&field=zz")).status_code == 200


async def test_guests_are_shown_only_adults_who_say_something(client, told):
    await make_member("Quiet Person")
    young = await make_member("Young Learner", is_under_18=True)
    async with unit_of_work():
        await Detail.create(member_id=young.id, audience=PUBLIC, kind="headline", value="Learner", value_folded="learner")
    found = [one.person.name for one in await members(GUEST, Sought(), None, backwards=False)]
    assert found == ["Amara Diallo"]
    assert PUBLIC not in {document.audience for document in await documents("member", [young.id])}


async def test_class_33_percent_and_underscore_mean_themselves(told):
    viewer = await viewer_of(await make_member("Per_cent % Person"))
    assert await how_many(viewer, Sought(words="%")) == 1
    assert await how_many(viewer, Sought(words="r_c")) == 1
    assert await how_many(viewer, Sought(words="' OR 1=1 --")) == 0


async def test_blocking_is_silent_and_both_ways(client, app, told, sign_in):
    rosa = await make_member("Rosa Mendoza")
    assert (await client.post(f"/people/{rosa.handle}/block")).status_code == 303
    assert (await viewer_of(told)).blocked == {rosa.id}
    assert (await viewer_of(rosa)).blocked == {told.id}
    assert await suggested(await viewer_of(rosa), "amara") == []
    async with new_client(app) as hers:
        await sign_in(hers, rosa)
        assert (await hers.get(f"/people/{told.handle}")).status_code == 200
    assert "Rosa Mendoza" in (await client.get("/account")).text
    assert (await client.post(f"/people/{rosa.handle}/unblock")).status_code == 303
    assert (await viewer_of(told)).blocked == frozenset()
    assert (await client.post(f"/people/{told.handle}/block")).status_code == 403  # oneself


async def test_names_are_suggested_for_mentions(client, told):
    await make_member("Amadou Ba")
    assert (await client.get("/people/suggest?q=ama")).json() == [
        {"handle": "amadou_ba", "name": "Amadou Ba"}, {"handle": "amara_diallo", "name": "Amara Diallo"},
    ]  # fmt: skip
    assert (await client.get("/people/suggest?q=diallo")).json()[0]["handle"] == "amara_diallo"
    assert (await client.get("/people/suggest?q=a")).json() == []


async def test_an_affiliation_is_shown_when_it_was_confirmed(client, amara):
    from tests.factories import make_affiliation

    lakeside = await make_institution()
    await make_affiliation(amara, lakeside, confirmed=False)
    assert lakeside.name not in (await client.get(f"/people/{amara.handle}")).text
    assert (await people([amara.id]))[amara.id].institution == ""


async def test_a_profile_costs_few_queries(told, monkeypatch):
    from community.storage import sql

    asked = []
    real = sql.rows

    async def counting(text, /, **parameters):
        asked.append(text)
        return await real(text, **parameters)

    for module in (
        "community.members.queries",
        "community.institutions.queries",
        "community.members.directory",
        "community.storage.sql",
    ):
        monkeypatch.setattr(f"{module}.rows", counting, raising=False)
    await profile(await viewer_of(await make_member("Rosa Mendoza")), told.handle)
    assert len(asked) <= 4
    asked.clear()
    await members(GUEST, Sought(), None, backwards=False)
    assert len(asked) <= 3


def test_tags_are_read_in_every_script():
    assert tags("solar, Solar; motors،شمس、溶接，x") == ["Solar", "motors", "شمس", "溶接", "x"]
    assert len(tags(",".join(f"t{n}" for n in range(40)))) == 12


async def test_identify_of_garbage_is_a_guest(database):
    for token in ("", "x" * 10_000, "\x00", "\ud800", "';--"):
        assert await identify_token(token) == GUEST


async def test_class_7_only_stewards_suspend_and_let_in_again(client, app, amara, sign_in):
    from tests.factories import make_steward

    rosa = await make_member("Rosa Mendoza")
    await sign_in(client, rosa)
    assert "/suspend" not in (await client.get(f"/people/{amara.handle}")).text
    for path in (f"/people/{amara.handle}/suspend", f"/people/suspended/{amara.id}/reinstate"):
        assert (await client.post(path)).status_code == 404
    assert (await client.get("/people/suspended")).status_code == 404
    async with new_client(app) as hers:
        await sign_in(hers, await make_steward())
        assert (await hers.post(f"/people/{rosa.handle}/suspend")).status_code == 303
        assert (await client.get("/account")).status_code == 404  # out at once
        assert "Rosa Mendoza" in (await hers.get("/people/suspended")).text
        assert (await hers.get(f"/people/{rosa.handle}")).status_code == 404
        assert (await hers.post(f"/people/suspended/{rosa.id}/reinstate")).status_code == 303
        assert (await hers.get(f"/people/{rosa.handle}")).status_code == 200
