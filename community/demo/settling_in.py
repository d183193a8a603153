"""Institutions and members of the demonstration network."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from community import clock
from community.accounts.demo_sign_ins import PASS_PHRASE
from community.accounts.handles import skeleton
from community.accounts.identity import viewer_for
from community.accounts.models import Member
from community.accounts.pass_phrases import hashed
from community.audience import PUBLIC, coordinators_key, grant, member_key
from community.demo.reading import table
from community.discussions.models import Category
from community.institutions.facts import InstitutionChanged
from community.institutions.models import Affiliation, Institution, Trait
from community.members.actions import Statement, save_profile
from community.storage import announce, unit_of_work
from community.text import fold
from community.text.markdown import RENDER_VERSION, render_markdown


def client_id(of: str) -> UUID:
    """Always the same id for the same thing, so that loading twice makes nothing twice."""
    return uuid5(NAMESPACE_URL, f"https://guildhall.example/demo/{of}")


async def make_institutions() -> dict[str, Institution]:
    """By slug."""
    return {one["slug"]: await _make_institution(one) for one in table("institutions")["institution"]}


async def _make_institution(said: Mapping[str, Any]) -> Institution:
    latitude, longitude = said["position"]
    about = render_markdown(said["about"])
    async with unit_of_work():
        made = await Institution.create(
            slug=said["slug"], name=said["name"], name_folded=fold(said["name"]), name_language=said["languages"][0],
            names={"en": said["name_en"]} if "name_en" in said else {}, country=said["country"], city=said["city"],
            latitude=latitude, longitude=longitude, category=said["category"], region=said["region"], mark=said["mark"],
            about=said["about"], about_html=about.html, about_language=said.get("about_language", "en"),
            render_version=RENDER_VERSION, audience=PUBLIC, verified_at=clock.now(),
            confirmed_at=clock.now() - timedelta(days=len(said["about"])),
        )  # fmt: skip
        for kind, key in (("field", "fields"), ("level", "levels"), ("language", "languages")):
            await Trait.bulk_create(Trait(institution_id=made.id, kind=kind, code=code) for code in said[key])
        await announce(InstitutionChanged(made.id))
    return made


async def make_members(institutions: Mapping[str, Institution]) -> dict[str, Member]:
    """By handle. One hash for all sign-ins: it is the same phrase."""
    phrase = await hashed(PASS_PHRASE)
    return {one["handle"]: await _make_member(one, institutions, phrase) for one in table("members")["member"]}


async def _make_member(said: Mapping[str, Any], institutions: Mapping[str, Institution], phrase: str) -> Member:
    signin = said.get("signin")
    trust = "steward" if signin == "steward" else said.get("trust", "trusted")
    async with unit_of_work():
        made = await Member.create(
            handle=said["handle"], handle_folded=skeleton(said["handle"]), name=said["name"], name_folded=fold(said["name"]),
            email=f"{signin or said['handle']}@demo.example", pass_hash=phrase if signin else "", trust=trust,
            language=said["languages"][0].split(":")[0] if not signin else "en", time_zone=said["zone"],
            confirmed_at=clock.now(), admitted_at=clock.now(),
        )  # fmt: skip
        if said["institution"]:
            await _affiliate(made, institutions[said["institution"]], coordinates=said.get("coordinator", False))
        for theme in said.get("moderates", []):
            category = await Category.filter(code=theme).get()
            await grant(f"theme:{category.id}", member_key(made.id), "moderator")
    await save_profile(await viewer_for(made.id), made.id, said["name"], _statements(said))
    return made


async def _affiliate(member: Member, institution: Institution, *, coordinates: bool) -> None:
    await Affiliation.create(
        member_id=member.id, institution_id=institution.id, role="", confirmed_by_id=member.id, confirmed_at=clock.now()
    )
    if coordinates:
        await grant(coordinators_key(institution.id), member_key(member.id), "coordinator")


def _statements(said: Mapping[str, Any]) -> list[Statement]:
    """What a member says of themselves, open to everybody."""
    lang = said.get("words_in") or said["languages"][0].split(":")[0]
    made = [Statement("headline", said["headline"], "public", lang=lang), Statement("role", said["role"], "public")]
    made += [Statement("country", said["country"], "public")]
    made += [Statement("language", tag, "public", level) for tag, level in (one.split(":") for one in said["languages"])]
    for kind, key in (("field", "fields"), ("help", "help"), ("learn", "learn")):
        made += [Statement(kind, value, "public", lang=lang) for value in said.get(key, [])]
    return [*made, Statement("biography", said.get("bio", ""), "public", lang=said.get("bio_in", "fr" if lang == "fr" else "en"))]
