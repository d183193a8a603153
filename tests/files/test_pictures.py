"""Pictures are drawn anew."""

import io
import struct
import zlib

import pytest
from PIL import Image

from community.errors import Invalid
from community.files.pictures import LONGEST_EDGE, SMALL_EDGE, redrawn


def picture(size=(64, 48), form="PNG", mode="RGB", **options):
    written = io.BytesIO()
    Image.new(mode, size, "teal").save(written, form, **options)
    return written.getvalue()


def opened(content):
    return Image.open(io.BytesIO(content))


def test_place_and_camera_do_not_survive():
    exif = Image.Exif()
    exif[0x010F] = "Camera of Amara"
    exif.get_ifd(0x8825)[2] = (1.0, 2.0, 3.0)
    sent = picture(form="JPEG", exif=exif, comment=b"<script>alert(1)</script>")
    assert b"Amara" in sent
    drawn = redrawn(sent)
    assert b"Amara" not in drawn.content
    assert b"script" not in drawn.content
    assert not opened(drawn.content).getexif()


def test_text_chunks_and_trailing_archives_do_not_survive():
    sent = picture() + b"PK\x03\x04 <?php system($_GET[0]); ?>"
    assert b"php" not in redrawn(sent).content


def test_a_picture_lying_on_its_side_is_turned_before_the_note_is_lost():
    exif = Image.Exif()
    exif[0x0112] = 6
    drawn = redrawn(picture((60, 40), "JPEG", exif=exif))
    assert (drawn.width, drawn.height) == (40, 60)


@pytest.mark.parametrize(("form", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("GIF", "png"), ("WEBP", "webp")])
def test_each_form_comes_out_as_itself_or_as_png(form, ending):
    drawn = redrawn(picture(form=form))
    assert (drawn.ending, drawn.small) == (ending, b"")


def test_see_through_stays_see_through():
    assert opened(redrawn(picture(mode="RGBA")).content).mode == "RGBA"


def test_large_pictures_are_bounded_and_get_a_thumbnail():
    drawn = redrawn(picture((4000, 1000), "JPEG"))
    assert (drawn.width, drawn.height) == (LONGEST_EDGE, LONGEST_EDGE // 4)
    assert max(opened(drawn.small).size) == SMALL_EDGE


def test_a_pixel_bomb_is_refused_before_it_is_unpacked():
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 10_000)) + chunk(b"IEND", b"")
    with pytest.raises(Invalid):
        redrawn(bomb)


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a<script>alert(1)</script>", b"\xff\xd8\xff\xe0" + b"\0" * 50, picture()[:60]]
)
def test_what_cannot_be_read_is_refused(content):
    with pytest.raises(Invalid):
        redrawn(content)
