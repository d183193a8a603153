"""On a metered link a picture is a link with its description."""

from community.web.low_data import without_pictures


def test_a_picture_becomes_a_link() -> None:
    page = '<p>See <img src="/files/3/joint.png" alt="A joint &amp; a ruler" loading="lazy"> here.</p>'
    assert without_pictures(page) == '<p>See <a class="tag" href="/files/3/joint.png">Picture: A joint &amp; a ruler</a> here.</p>'


def test_a_picture_inside_a_link_leaves_its_words() -> None:
    page = '<a href="/listings/1"><img alt="A bench" src="/files/4/bench.png"></a>'
    assert without_pictures(page) == '<a href="/listings/1">Picture: A bench</a>'


def test_a_picture_without_words_is_still_named() -> None:
    assert without_pictures('<img src="/files/5/x.png" alt="">') == '<a class="tag" href="/files/5/x.png">Picture</a>'


def test_drawings_and_words_stay() -> None:
    page = '<svg class="i" role="img"><use href="#bell"/></svg><p>&lt;img src="x"&gt;</p>'
    assert without_pictures(page) == page
