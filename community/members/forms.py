"""The form of a profile."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from community.accounts.forms import PersonName
from community.members.actions import Statement
from community.members.links import checked_links
from community.members.roles import ROLES
from community.text.cleaning import clean_line
from community.text.gettext import _
from community.text.vocabularies import language_tags, languages
from community.web.fields import CefrLevel, CountryCode, FieldCode, LanguageTag, Line, Text
from community.web.forms import Form

Tier = Literal["public", "members", "me"]
KINDS = ("headline", "biography", "role", "country", "language", "field", "help", "learn", "link")
USUAL_TIERS: dict[str, Tier] = {
    "headline": "public", "biography": "members", "role": "public", "country": "public", "language": "members",
    "field": "public", "help": "public", "learn": "members", "link": "members",
}  # fmt: skip
LANGUAGE_ROWS = 5
MOST_TAGS = 12


def _known_language(text: str) -> str:
    """The tag of a language typed as a tag or by its own name."""
    by_name = {own.casefold(): tag for tag, own in languages()}
    tag = text if text in language_tags() else by_name.get(text.casefold())
    if tag is None:
        raise ValueError(_("Choose a language from the list."))
    return tag


def _known_role(code: str) -> str:
    if code and code not in ROLES:
        raise ValueError(_("Choose one of the values offered."))
    return code


SpokenLanguage = Annotated[str, StringConstraints(max_length=60), AfterValidator(clean_line), AfterValidator(_known_language)]
Role = Annotated[str, StringConstraints(max_length=24), AfterValidator(_known_role)]


class ProfileForm(Form):
    """All of a profile at once. Each kind of statement stands in the tier chosen for it."""

    name: PersonName
    headline: Annotated[str, Line(120, least=0)] = ""
    biography: Annotated[str, Text(6000, least=0)] = ""
    biography_language: LanguageTag = "en"
    role: Role = ""
    country: CountryCode | None = None
    language_1: SpokenLanguage | None = None
    level_1: CefrLevel | None = None
    language_2: SpokenLanguage | None = None
    level_2: CefrLevel | None = None
    language_3: SpokenLanguage | None = None
    level_3: CefrLevel | None = None
    language_4: SpokenLanguage | None = None
    level_4: CefrLevel | None = None
    language_5: SpokenLanguage | None = None
    level_5: CefrLevel | None = None
    fields: Annotated[list[FieldCode], Field(max_length=8, default_factory=list)]
    help: Annotated[str, Line(400, least=0)] = ""
    learn: Annotated[str, Line(400, least=0)] = ""
    links: Annotated[str, Text(1500, least=0), AfterValidator(checked_links)] = ""
    tier_headline: Tier = "public"
    tier_biography: Tier = "members"
    tier_role: Tier = "public"
    tier_country: Tier = "public"
    tier_language: Tier = "members"
    tier_field: Tier = "public"
    tier_help: Tier = "public"
    tier_learn: Tier = "members"
    tier_link: Tier = "members"

    def statements(self) -> list[Statement]:
        """What is said, kind by kind, without what was left empty."""
        said: list[tuple[str, str, str]] = [("headline", self.headline, ""), ("biography", self.biography, "")]
        said += [("role", self.role, ""), ("country", self.country or "", "")]
        said += [("language", tag, note) for tag, note in self._spoken().items()]
        said += [("field", code, "") for code in dict.fromkeys(self.fields)]
        said += [("help", tag, "") for tag in tags(self.help)] + [("learn", tag, "") for tag in tags(self.learn)]
        said += [("link", line, "") for line in self.links.splitlines()]
        return [
            Statement(kind, value, getattr(self, f"tier_{kind}"), note, self.biography_language if kind == "biography" else "en")
            for kind, value, note in said
            if value
        ]

    def _spoken(self) -> dict[str, str]:
        rows = [(getattr(self, f"language_{row}"), getattr(self, f"level_{row}")) for row in range(1, LANGUAGE_ROWS + 1)]
        return {tag: level or "" for tag, level in rows if tag}


def tags(line: str) -> list[str]:
    """Of "solar, assessment; motors" three tags; each once, at most twelve of forty characters."""
    parts = (
        part.strip()[:40] for part in line.replace(";", ",").replace("،", ",").replace("、", ",").replace("，", ",").split(",")
    )
    return list({part.casefold(): part for part in parts if part}.values())[:MOST_TAGS]


def as_values(name: str, statements: list[Any], tiers: dict[str, str]) -> dict[str, Any]:
    """A stored profile as the values of the form. A statement has kind, value, note and lang."""
    by_kind: dict[str, list[Any]] = {kind: [one for one in statements if one.kind == kind] for kind in KINDS}
    first = {kind: by_kind[kind][0].value if by_kind[kind] else "" for kind in ("headline", "biography", "role", "country")}
    values: dict[str, Any] = {"name": name, **first}
    values["biography_language"] = by_kind["biography"][0].lang if by_kind["biography"] else ""
    for row, one in enumerate(by_kind["language"][:LANGUAGE_ROWS], 1):
        values |= {f"language_{row}": one.value, f"level_{row}": one.note}
    values["fields"] = [one.value for one in by_kind["field"]]
    values |= {kind: ", ".join(one.value for one in by_kind[kind]) for kind in ("help", "learn")}
    values["links"] = "\n".join(one.value for one in by_kind["link"])
    return values | {f"tier_{kind}": tiers.get(kind, USUAL_TIERS[kind]) for kind in KINDS}
