"""What goes into the index and what comes out of it. Knows nothing of the models behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

FACETS = ("kind", "country", "language", "theme")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One searchable thing, under one audience key; a thing with two tiers is two documents.

    `key` is "kind:id" with an optional third part ("member:5:members"). `root` is the key of the thing that carries the
    audience when this one is a child ("thread:12" of "reply:90"): whoever withholds a root withholds its children.
    `body` is plain text, never markup. `country` is ISO 3166-1 alpha-2, `language` BCP 47, `fields` ISCED-F codes, `themes`
    vocabulary codes. `meta` is shown beside the hit as it stands and is not searched. `version` only ever rises for a
    key: a document with a lower one than the index holds is ignored. `author` is a key ("member:5") of whose words these are, where
    a reader may not want to hear them.
    """

    key: str
    kind: str
    audience: str
    title: str
    url: str
    version: int
    body: str = ""
    root: str = ""
    author: str = ""
    language: str = ""
    country: str = ""
    themes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked. Several values of one filter are alternatives; different filters all hold.

    `roots` are keys of things whose children alone are asked for, such as "room:5".
    `typing` completes the last word; `exactly` neither respells nor completes. `language` is the reader's, and only breaks ties
    between stems.
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    typing: bool = False
    exactly: bool = False
    facets: bool = True
    language: str = "en"
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text; `marked` where it answers the query. Text, never markup: whoever shows it escapes it."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    key: str
    kind: str
    url: str
    title: tuple[Segment, ...]
    snippet: tuple[Segment, ...]
    root: str = ""
    language: str = ""
    country: str = ""
    themes: tuple[str, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)
    updated_at: datetime | None = None
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Facets:
    """How many hits each value would give: every facet is counted without its own filter, with all the others."""

    kind: Mapping[str, int] = field(default_factory=dict)
    country: Mapping[str, int] = field(default_factory=dict)
    language: Mapping[str, int] = field(default_factory=dict)
    theme: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """`with_all_words` counts the documents that hold every word asked for; when it is 0, the hits hold only some of them.

    `respelled` maps what was typed to what was searched instead; `understood` is the whole text with those words replaced.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    with_all_words: int = 0
    facets: Facets = field(default_factory=Facets)
    understood: str = ""
    respelled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """`reachable` is whether it answers; `documents` how many it holds."""

    reachable: bool
    documents: int = 0
    says: str = ""
