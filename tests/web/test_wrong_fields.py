"""The list of what to correct, on top of a form, says of which field it speaks."""

import pytest

from community.text.gettext import using_language
from community.web.rendering import macro
from community.web.wrong_fields import with_names

OPTIONS = (("a", "A"), ("b", "B"))


@pytest.mark.parametrize(
    ("kind", "given", "line"),
    [
        ("field", ["where", "Place & time"], "Place &amp; time: Choose one."),
        ("field", ["where", "In which country?"], "In which country? Choose one."),
        ("select", ["where", "Place", OPTIONS], "Place: Choose one."),
        ("radios", ["where", "Place", OPTIONS], "Place: Choose one."),
        ("check", ["where", "I have read the rules and keep to them"], "Choose one."),
        ("field", ["elsewhere", "Place"], "Choose one."),
    ],
)
def test_a_correction_names_its_field(kind, given, line) -> None:
    page = macro("forms.html", "error_summary", {"where": "Choose one."}) + macro("forms.html", kind, *given)
    assert f'<li><a href="#f-where">{line}</a></li>' in with_names(page)


def test_in_the_language_of_the_page() -> None:
    with using_language("fr"):
        page = macro("forms.html", "error_summary", {"where": "Faux."}) + macro("forms.html", "field", "where", "Lieu")
        assert '<a href="#f-where">Lieu\N{NO-BREAK SPACE}: Faux.</a>' in with_names(page)
