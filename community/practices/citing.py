"""A practice as others cite it: BibTeX, RIS, schema.org. Pure."""

import re
from collections.abc import Iterable
from typing import Any

from community.practices.queries import PracticePage
from community.settings import settings
from community.text.vocabularies import licence, licences

_BIBTEX_SPECIAL = re.compile(r"([&%$#_{}])")


def address(page: PracticePage) -> str:
    """The edition that is cited, not whichever is current when somebody looks it up."""
    return f"{settings().public_origin}/practices/{page.id}/editions/{page.number}"


def bibtex(page: PracticePage) -> str:
    said = {
        "title": page.read.title,
        "author": page.read.maker.name,
        "year": str(page.published_at.year),
        "edition": str(page.number),
        "howpublished": "Guildhall",
        "url": address(page),
        "language": page.read.lang,
        "abstract": page.record.summary,
    }
    lines = [f"  {name} = {{{_braced(value) if name != 'url' else value}}}" for name, value in said.items() if value]
    return f"@misc{{guildhall-practice-{page.id}-{page.number},\n" + ",\n".join(lines) + "\n}\n"


def _braced(text: str) -> str:
    return _BIBTEX_SPECIAL.sub(r"\\\1", text.replace("\\", "").replace("\n", " "))


def ris(page: PracticePage) -> str:
    said: Iterable[tuple[str, str]] = (
        ("TY", "GEN"),
        ("TI", page.read.title),
        ("AU", page.read.maker.name),
        ("PY", str(page.published_at.year)),
        ("ET", str(page.number)),
        ("AB", page.record.summary),
        ("LA", page.read.lang),
        *(("KW", tag) for tag in page.read.tags),
        ("UR", address(page)),
    )
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in said if value) + "ER  - \r\n"


def schema_org(page: PracticePage) -> dict[str, Any]:
    """JSON-LD of the page; what is not known is left out."""
    known = {one.code for one in licences()}
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "name": page.read.title,
        "description": page.record.summary,
        "url": address(page),
        "inLanguage": page.read.lang,
        "datePublished": page.published_at.date().isoformat(),
        "version": str(page.number),
        "keywords": ", ".join(page.read.tags),
        "license": licence(page.record.licence).url if page.record.licence in known else "",
        "creator": {"@type": "Organization", "name": page.read.maker.name} if page.read.maker.name else None,
        "spatialCoverage": {"@type": "Country", "name": page.read.country_name} if page.read.country_name else None,
        "isBasedOn": f"{settings().public_origin}{page.ties.original.href}" if page.ties.original else "",
        "interactionStatistic": _used(page.endorsed_by),
    }
    return {name: value for name, value in said.items() if value}


def _used(times: int) -> dict[str, Any] | None:
    if not times:
        return None
    return {"@type": "InteractionCounter", "interactionType": "https://schema.org/UseAction", "userInteractionCount": times}
