"""The interface speaks the reader's language, and every message can be found by a translator."""

import asyncio

import pytest

from community.text.catalogue import collected
from community.text.gettext import _, available_languages, language, ngettext, translator, using_language
from community.text.pseudo import PSEUDO, pseudo


def test_english_is_the_language_of_the_messages():
    assert (language(), _("Sign in")) == ("en", "Sign in")
    assert ngettext("%(n)d reply", "%(n)d replies", 2) == "%(n)d replies"
    assert _("") == ""


def test_the_invented_language_keeps_placeholders_and_markup():
    assert pseudo("Hello <b>%(name)s</b> {x} &amp;").startswith("[Héllö <b>%(name)s</b> {x} &amp;")
    with using_language(PSEUDO):
        assert _("Sign in").startswith("[Šígñ íñ")
        assert ngettext("one", "many", 5).startswith("[máñý")


@pytest.mark.anyio
async def test_tasks_side_by_side_keep_their_own_language():
    async def speak(tag):
        with using_language(tag):
            await asyncio.sleep(0)
            return language(), _("Sign in") == "Sign in"

    assert await asyncio.gather(speak("en"), speak(PSEUDO)) == [("en", True), (PSEUDO, False)]
    assert language() == "en"


def test_an_unknown_language_is_english_and_reads_no_file_of_that_name():
    assert translator("../../etc").gettext("Sign in") == "Sign in"
    assert "en" in available_languages()


def test_messages_of_code_and_templates_are_collected():
    messages = {message.id: message for message in collected() if message.id}
    assert "This is too long. Please shorten it, or spread it over several posts." in messages
    said_in = {str(file) for message in messages.values() for file, _line in message.locations}
    # Babel passes over a template that it cannot read, unless told otherwise.
    assert {"community/templates/macros.html", "community/discussions/templates/thread.html"} <= said_in
