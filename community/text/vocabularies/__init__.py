"""The vocabularies of the sector, loaded from the CSV files beside this module (sources in SOURCES.md).

Codes are those of the standards; a label is asked for in a language: `isced_field("0714").label("fr")`.
"""

from community.text.vocabularies.education import (
    Criterion,
    Field,
    Licence,
    broad,
    categories,
    category,
    criteria,
    is_field,
    isced_field,
    isced_fields,
    level,
    levels,
    licence,
    licences,
    narrow,
    sdg_goals,
    sdg_targets,
    theme,
    themes,
)
from community.text.vocabularies.places import Country, countries, country_name, is_country, region, regions
from community.text.vocabularies.tables import Label, Term
from community.text.vocabularies.tongues import Cefr, cefr, direction, language_name, language_tags, languages

__all__ = [
    "Cefr",
    "Country",
    "Criterion",
    "Field",
    "Label",
    "Licence",
    "Term",
    "broad",
    "categories",
    "category",
    "cefr",
    "countries",
    "country_name",
    "criteria",
    "direction",
    "is_country",
    "is_field",
    "isced_field",
    "isced_fields",
    "language_name",
    "language_tags",
    "languages",
    "level",
    "levels",
    "licence",
    "licences",
    "narrow",
    "region",
    "regions",
    "sdg_goals",
    "sdg_targets",
    "theme",
    "themes",
]
