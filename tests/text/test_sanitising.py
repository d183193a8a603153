"""Nothing that members write can run in a reader's browser."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from community.errors import Invalid
from community.text.addresses import allowed_href
from community.text.markdown import Mention, render_markdown
from community.text.sanitising import _PLAIN, ATTRIBUTES, TAGS, safe_html, twice_read

MENTIONS = {"amara": Mention("member:5", "amara", "/people/amara")}

# The published mutation and filter-evasion cases: what parsers read twice, each time differently.
MUTATIONS = [
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<svg><p><style><g title="</style><img src=x onerror=alert(1)>">',
    '<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>',
    "<template><style></template><img src=x onerror=alert(1)></style>",
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    "<a href='javascript:1'>x</a>",
    '<img src="x" style="background:url(javascript:alert(1))">',
    '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
    '<table><td><xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    '<!--<img src="--><img src=x onerror=alert(1)//">',
    "<![CDATA[><script>alert(1)</script>]]>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img/src/onerror=alert(1)>",
    '<a data-member="5" onmouseover=alert(1) href=/x>y</a>',
    '<div class="modal" tabindex="5">x</div>',
    "<plaintext><img src=x onerror=alert(1)>",
    '<listing>&lt;img onerror="alert(1)" src=x&gt;</listing>',
    '<select><template><style><!--</style><a rel="--></style></template></select><img id=x src onerror=alert(1)>"',
]
HOSTILE_MARKDOWN = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](\\\\evil.example)",
    "[x](/%2Fevil.example)",
    "[x](/%09/evil.example)",
    "[x](https:evil)",
    "[x](http://)",
    "[x](https://bank.example@evil.example/)",
    "![x](javascript:alert(1))",
    '![x"onerror="alert(1)](/files/1/a.png)',
    '![x](/files/1/a.png "onerror=alert(1)")',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x](<javascript:alert(1)>)",
    '```"><script>alert(1)</script>\nx\n```',
    '@amara"onclick=alert(1)',
    "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
    '<https://a.example/"onmouseover=alert(1)>',
    'https://a.example/"onmouseover="alert(1)',
    '[a](http://x "\'><script>alert(1)</script>")',
]


class _Walk(HTMLParser):
    """What a browser would find, by another parser than the sanitisers'."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, attrs))

    def handle_comment(self, data):  # noqa: ARG002
        self.found.append(("comment", []))

    def handle_decl(self, decl):  # noqa: ARG002
        self.found.append(("declaration", []))

    def handle_pi(self, data):  # noqa: ARG002
        self.found.append(("instruction", []))


def assert_inert(html):
    walk = _Walk()
    walk.feed(html)
    walk.close()
    for tag, attributes in walk.found:
        assert tag in TAGS, html
        for name, value in attributes:
            assert name in ATTRIBUTES.get(tag, ()), html
            if name == "href":
                assert allowed_href(value), html
            if name == "src":
                assert re.fullmatch(r"/files/\d+/[^/?#]+", value), html
        names = dict(attributes)
        if names.get("href", "").startswith("http"):
            assert names["rel"] == "nofollow noopener ugc", html


@pytest.mark.parametrize("hostile", MUTATIONS)
def test_nothing_of_the_mutation_list_survives_the_sanitiser(hostile):
    cleaned = safe_html(hostile)
    assert_inert(cleaned)
    assert safe_html(cleaned) == cleaned


@pytest.mark.parametrize("hostile", MUTATIONS + HOSTILE_MARKDOWN)
@pytest.mark.parametrize("profile", ["post", "chat", "practice"])
def test_nothing_of_it_survives_when_members_write_it(hostile, profile):
    for text in (hostile, f"> {hostile}", f"- {hostile}", f"**{hostile}**", f"[{hostile}](https://a.example)"):
        assert_inert(render_markdown(text, mentions=MENTIONS, profile=profile).html)


_PIECES = st.sampled_from(
    MUTATIONS + HOSTILE_MARKDOWN + ["\n", "\n\n", "> ", "- ", "| ", "`", "```\n", "*", "_", "@amara", "&", "\u202e", "<", ">"]
)


@given(st.lists(st.one_of(_PIECES, st.text(max_size=20)), max_size=8).map("".join))
@example("\x85<a")
@settings(max_examples=300, deadline=None)
def test_no_mixture_survives_either(text):
    try:
        html = render_markdown(text, mentions=MENTIONS).html
    except (Invalid, ValueError):
        return
    assert_inert(html)


@given(st.lists(st.one_of(_PIECES, st.text(alphabet="<>\"'=/ abhrefsvgmtyl!-&;#", max_size=25)), max_size=8).map("".join))
@settings(max_examples=300, deadline=None)
def test_cleaning_twice_changes_nothing(html):
    once = safe_html(html)
    assert_inert(once.replace("<a href=", "<a rel='nofollow noopener ugc' href="))
    assert safe_html(once) == once


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example",
        "http://a.example:8080/x?y=1#z",
        "mailto:a@b.example",
        "/threads/3",
        "/",
        "#top",
        "/search?q=a%20b",
        "https://münchen.example/ä",
    ],
)
def test_ordinary_addresses_are_links(address):
    assert allowed_href(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "javascript:1",
        "data:,x",
        "ftp://a.example",
        "x",
        "../x",
        "https:///x",
        "https://",
        "http:x",
        "https://u:p@a.example",
        "/%5cevil.example",
        "/%2f%2fevil.example",
        "/%252fevil.example",
        "mailto:x",
        "mailto:a@b.example%0abcc:c@d.example",
        "https://a.example\u2028",
        "tel:1",
        "file:///etc/passwd",
        "blob:x",
        "https://[::1",
        "a" * 2001,
    ],
)
def test_other_addresses_are_not(address):
    assert not allowed_href(address)


@given(
    st.lists(
        st.one_of(st.sampled_from(["<p>", "</p>", "<br />", "<br>", "&amp;", "&lt;", "&quot;", "\n"]), st.text(max_size=9)),
        max_size=9,
    )
)
@settings(max_examples=300, deadline=None)
def test_words_alone_come_out_as_if_bleach_had_read_them(pieces):
    html = "".join(pieces)
    assert safe_html(html) == twice_read(html)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",))))
@example('It’s "5 > 3"; don\'t.')
@example("\u00a0\u0085\u2028\ufeff\u202e\ufffe\U0010ffff")
def test_a_plain_paragraph_is_what_both_would_give_back(words: str) -> None:
    html = f"<p>{words}</p>\n"
    if _PLAIN.fullmatch(html):
        assert safe_html(html) == html == twice_read(html)
