"""What many pages have alike is made once, and says no less than what is made each time."""

from typing import Any

from markupsafe import Markup

from community.web import rendering
from community.web.rendering import kept


def made_by(source: str) -> Any:
    return rendering._environment("en").from_string(source).module.part


def test_class_27_a_text_is_not_taken_for_the_markup_it_is_written_like() -> None:
    part = made_by("{% macro part(name) %}<b>{{ name }}</b>{% endmacro %}")
    assert kept(part, Markup("<i>x</i>")) == "<b><i>x</i></b>"
    assert kept(part, "<i>x</i>") == "<b>&lt;i&gt;x&lt;/i&gt;</b>"


def test_class_27_a_sentence_with_values_escapes_each() -> None:
    template = rendering._environment("en").from_string("{% trans name=page %}{{ name }}, your menu{% endtrans %}")
    assert template.render(page=Markup("<i>A</i>")) == "<i>A</i>, your menu"
    assert template.render(page="<i>A</i>") == "&lt;i&gt;A&lt;/i&gt;, your menu"
    many = rendering._environment("fr").from_string("{% trans n=page %}{{ n }} reply{% pluralize %}{{ n }} replies{% endtrans %}")
    assert [many.render(page=n) for n in (1, 2)] == ["1 réponse", "2 réponses"]
