"""What arrives is judged by its content and named harmlessly."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from community.errors import Invalid
from community.files.kinds import kind_of
from community.files.names import safe_name


@pytest.mark.parametrize(
    ("given_name", "stored"),
    [
        ("bench drawing.png", "bench-drawing.png"),
        ("../../etc/passwd", "passwd.png"),
        ("..\\..\\boot.ini", "boot.png"),
        ("C:\\x\\photo.jpg", "photo.png"),
        ("photo\u202egpj.exe", "photogpj.png"),
        ("a.html\r\nSet-Cookie: x=1", "a.png"),
        ("a\x00.php", "a.png"),
        ("", "file.png"),
        (".htaccess", "htaccess.png"),
        ("con.png", "file-con.png"),
        ('"><script>.png', "script.png"),
        ("مقعد العمل.jpg", "مقعد-العمل.png"),
        ("x" * 500 + ".png", "x" * 80 + ".png"),
        ("....", "file.png"),
        ("a.php.jpg", "a-php.png"),
    ],
)
def test_names(given_name, stored):
    assert safe_name(given_name, "png") == stored


@given(st.text())
def test_no_name_can_leave_its_folder_or_its_header(name):
    stored = safe_name(name, "pdf")
    assert stored.endswith(".pdf")
    assert len(stored) <= 90
    assert not set(stored) & set('/\\\r\n\x00"<>:*?| \u202e')
    assert not stored.startswith(".")


def package(*names):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "ending", "media_type"),
    [
        (b"%PDF-1.7\n...", "x.pdf", "pdf", "application/pdf"),
        (b"%PDF-1.7\n...", "x.html", "pdf", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "x.svg", "svg", "application/octet-stream"),
        (b"<html><script>alert(1)</script>", "x.html", "html", "application/octet-stream"),
        (b"a;b\n1;2", "x.csv", "csv", "application/octet-stream"),
        (package("word/document.xml"), "x.docx", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_what_is_no_picture_is_kept_for_downloading_only(content, name, ending, media_type):
    kind = kind_of(content, name)
    assert (kind.ending, kind.media_type, kind.is_image) == (ending, media_type, False)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "x.png"),
        (b"MZ\x90\x00" + b"\0" * 100, "x.exe"),
        (b"MZ\x90\x00" + b"\0" * 100, "x.png"),
        (b"\x7fELF" + b"\0" * 100, "x"),
        (b"<html>", "x.png"),
        (b"PK\x03\x04 not a zip", "x.docx"),
        (package("a"), "x.exe"),
        (package("a"), "x.jar"),
        (b"\xff\xfe\x00\x01", "x.txt"),
        (b"%!PS-Adobe", "x.ps"),
    ],
)
def test_everything_else_is_refused_with_a_sentence(content, name):
    with pytest.raises(Invalid) as refused:
        kind_of(content, name)
    assert refused.value.errors["file"]


def test_sound_of_another_kind_is_told_which_kinds_can():
    with pytest.raises(Invalid, match=r"\(WebM, Ogg, M4A\)"):
        kind_of(b"RIFF\x24\x00\x00\x00WAVEfmt ", "x.wav")


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "GIF", "WEBP"])
def test_every_picture_that_can_be_drawn_anew_is_known(format_):
    written = io.BytesIO()
    Image.new("RGB", (700, 300), "teal").save(written, format_)
    assert kind_of(written.getvalue(), "photo.bin").is_image
