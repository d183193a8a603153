"""What members write, as readers see it."""

import contextlib
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from community.audience import Viewer
from community.errors import Invalid
from community.text.markdown import LIMITS, Mention, mentioned_handles, plain, render_markdown, rendered
from community.text.plain import excerpt
from community.text.syntax import DEEPEST

AMARA = {"amara": Mention("member:5", "amara", "/people/amara")}


def html_of(text, **options):
    return render_markdown(text, mentions=AMARA, **options).html.strip()


def test_a_mention_is_stored_as_the_members_number():
    assert html_of("Ask @Amara.") == '<p>Ask <a data-member="5" href="/people/amara">@amara</a>.</p>'


@pytest.mark.parametrize(
    "text",
    [
        "a@amara",
        "`@amara`",
        "x/@amara",
        "@nobody",
        "https://a.example/@amara",
        "[@amara](/threads/1)",
        "\\@amara",
        "@@amara",
        "    @amara",
    ],
)
def test_what_only_looks_like_a_mention_calls_nobody(text):
    assert render_markdown(text, mentions=AMARA).mentions == ()


def test_a_quoted_name_does_not_call_again_but_is_still_a_reference():
    result = render_markdown("> @amara said so\n\nYes.", mentions=AMARA)
    assert (result.mentions, result.references) == ((), ("member:5",))


def test_a_quotation_names_its_source():
    result = render_markdown("> on paper\n>\n> — [Layla Haddad #1](/replies/31)\n\nSo do we.", mentions=AMARA)
    assert '<cite><a href="/replies/31">Layla Haddad #1</a></cite>' in result.html
    assert result.references == ("reply:31",)
    assert result.excerpt == "So do we."
    assert plain(result.html) == "on paper\n— Layla Haddad #1\nSo do we."


@pytest.mark.parametrize("dash", ["— ", "– ", "-- ", ""])
def test_the_dash_before_a_source_is_the_style_sheets(dash):
    assert "<cite><a href" in html_of(f"> on paper\n>\n> {dash}[Layla Haddad #1](/replies/31)")


def test_a_link_to_a_post_outside_a_quotation_is_an_ordinary_paragraph():
    assert html_of("[post 3](/replies/12)") == '<p><a href="/replies/12">post 3</a></p>'


@pytest.mark.parametrize(
    ("profile", "headings"), [("post", ["h2", "h3", "h2", "h3", "h4"]), ("practice", ["h3", "h4", "h3", "h4", "h5"])]
)
def test_headings_stand_below_the_pages_own_and_skip_no_level(profile, headings):
    html = html_of("## a\n\n##### b\n\n# c\n\n### d\n\n###### e", profile=profile)
    assert [part[:2] for part in html.split("<")[1::2]] == headings


def test_chat_has_no_headings_and_no_tables():
    assert html_of("# big", profile="chat") == "<p># big</p>"
    assert "<table>" not in html_of("| a |\n|---|\n| b |", profile="chat")


def test_raw_html_is_shown_not_obeyed():
    assert html_of("<b>bold</b>") == "<p>&lt;b&gt;bold&lt;/b&gt;</p>"


def test_an_image_from_here_is_shown_and_from_elsewhere_is_a_link():
    result = render_markdown("![bench](/files/3/bench.jpg) ![bus](https://a.example/bus.jpg)")
    assert '<img src="/files/3/bench.jpg" alt="bench" loading="lazy">' in result.html
    assert '<a href="https://a.example/bus.jpg" rel="nofollow noopener ugc">bus</a>' in result.html
    assert (result.images, result.references) == (("/files/3/bench.jpg",), ("file:3",))


def test_only_addresses_that_name_their_scheme_become_links_by_themselves():
    result = render_markdown("See https://a.example/x, reports.zip and a.example")
    assert result.links == ("https://a.example/x",)


def test_code_reads_left_to_right_and_tables_can_be_scrolled_with_the_keyboard():
    assert html_of("```\n1 < 2\n```") == '<pre dir="ltr" tabindex="0"><code>1 &lt; 2\n</code></pre>'
    assert '<div class="scroll" tabindex="0"><table>' in html_of("| a |\n|--:|\n| b |")
    assert "style" not in html_of("| a |\n|--:|\n| b |")


def test_links_of_this_site_carry_no_mark_and_no_title():
    assert html_of('[x](/threads/3 "hover")') == '<p><a href="/threads/3">x</a></p>'


def test_what_nests_too_deeply_is_refused_and_nothing_is_lost_silently():
    assert "deepest" in html_of("> " * (DEEPEST - 2) + "deepest")
    with pytest.raises(Invalid):
        html_of("> " * (DEEPEST + 1) + "too deep")
    with pytest.raises(Invalid):
        html_of("".join("  " * depth + "- x\n" for depth in range(DEEPEST)))
    with pytest.raises(Invalid):
        html_of("> " * 5000 + "x")


@pytest.mark.parametrize("profile", LIMITS)
def test_what_is_too_long_is_refused_by_its_characters(profile):
    for letter in "aяم语😀":
        assert render_markdown(letter * LIMITS[profile], profile=profile)
        with pytest.raises(Invalid):
            render_markdown(letter * (LIMITS[profile] + 1), profile=profile)


def test_nul_is_refused():
    with pytest.raises(ValueError, match="cannot be stored"):
        html_of("a\x00b")


def test_no_more_than_twenty_names_are_looked_up():
    assert len(mentioned_handles(" ".join(f"@member{n}" for n in range(50)))) == 20


def test_excerpts_end_between_words_where_the_script_has_any():
    assert excerpt("one two three four", 12) == "one two…"
    assert excerpt("职业教育与培训的未来是什么样子", 6) == "职业教育与…"
    assert excerpt("short") == "short"


def test_plain_text_keeps_a_line_a_block():
    assert plain(html_of("# A\n\nb *c*\n\n- d\n- e")) == "A\nb c\nd\ne"


@pytest.mark.anyio
async def test_newcomers_have_two_links_and_one_image_a_post():
    newcomer = Viewer(member=9, trust="newcomer")
    trusted = Viewer(member=9, trust="trusted")
    links = " ".join(f"https://a.example/{n}" for n in range(3))
    images = "![a](/files/1/a.png) ![b](/files/2/b.png)"
    for text in (links, images):
        assert (await rendered(text, trusted)).html
        with pytest.raises(Invalid) as refused:
            await rendered(text, newcomer, field="body")
        assert "body" in refused.value.errors


GROWING = {
    "brackets": lambda n: "[" * n,
    "images": lambda n: "![" * (n // 2),
    "links": lambda n: "[a](" * (n // 4),
    "emphasis": lambda n: "*a **a " * (n // 7),
    "underscores": lambda n: "_" * n,
    "mixed emphasis": lambda n: "*_" * (n // 4) + "a" + "_*" * (n // 4),
    "backticks": lambda n: "".join("`" * k + " " for k in range(1, int((2 * n) ** 0.5))),
    "quotations, lazily": lambda n: "> " * 14 + "a\nb" * (n // 3),
    "lists": lambda n: "- a\n" * (n // 4),
    "numbered": lambda n: "1. a\n   > b\n" * (n // 12),
    "a wide table": lambda n: "|a" * (n // 6) + "|\n" + "|-" * (n // 6) + "|\n" + "|b" * (n // 6) + "|",
    "a long table": lambda n: "|a|\n|-|\n" + "|b|\n" * (n // 4),
    "angles": lambda n: "<" * n,
    "unclosed tags": lambda n: "<a " * (n // 3),
    "autolinks": lambda n: "<https://a" * (n // 10),
    "addresses": lambda n: "https://a.b/c " * (n // 14),
    "schemes": lambda n: "http://" * (n // 7),
    "slashes": lambda n: "http:" + "/" * n,
    "brackets after an address": lambda n: "http://a.b/" + "(" * n,
    "mail": lambda n: "a@a" * (n // 3),
    "names": lambda n: "@amara " * (n // 7),
    "at signs": lambda n: "@" * n,
    "entities": lambda n: "&amp;" * (n // 5),
    "open entities": lambda n: "&" * n,
    "backslashes": lambda n: "\\" * n,
    "newlines": lambda n: "a\n" * (n // 2),
    "spaces": lambda n: "a" + " " * n + "b",
    "reference definitions": lambda n: "".join(f"[{k}]: /a\n" for k in range(n // 10)) + "[1]" * 20,
    "strikes": lambda n: "~~a " * (n // 4),
    "fences": lambda n: "```\n" * (n // 4),
    "underlines": lambda n: "a\n=\n" * (n // 4),
    "tildes": lambda n: "~" * n,
    "one word": lambda n: "a" * n,
}


@pytest.mark.parametrize("shape", GROWING)
def test_twice_the_text_takes_at_most_about_twice_the_time(shape):
    half, whole = GROWING[shape](3_000), GROWING[shape](6_000)
    assert any(_grows_in_step(half, whole) for _again in range(5))


def _grows_in_step(half, whole):
    small, large = _seconds(half), _seconds(whole)
    return large < 0.02 or large / small < 3  # 4 would be quadratic


def _seconds(text):
    started = time.process_time()
    with contextlib.suppress(Invalid):
        html_of(text)
    return time.process_time() - started


_PLAIN = st.text(alphabet=st.one_of(
    st.sampled_from("abzAZ019  ,;:.?!'()=+%-"), st.characters(min_codepoint=0xA0, exclude_characters="\u2028\u2029", exclude_categories=["Cs"]),
))  # fmt: skip


@example("e.g. this, 10:30 (or so) - well...", "chat")
@example("Www.example.org and mailto: nobody", "post")
@example("A  b\u3000c 1. d", "chat")
@example("t=180 +- 5, 40% of them - = + %20", "post")
@given(_PLAIN.map("a{}".format), st.sampled_from(["post", "chat", "practice"]))
def test_plain_words_are_rendered_as_the_parser_renders_them(text, profile):
    """What is known to be words alone goes past the parser; before a paragraph that is not, the same words go through it."""
    whole = render_markdown(f"{text}\n\n*x*", profile=profile)
    assert render_markdown(text, profile=profile).html + "<p><em>x</em></p>\n" == whole.html
