"""Photos: what is none is refused in words, and what is one comes back as its pixels and nothing else."""

from __future__ import annotations

import zlib

import pytest
from PIL import Image

from stations.intake.files.photos import LONGEST, LONGEST_SMALL, read_photo
from stations.model.errors import BadFile
from stations.model.language import Language
from stations.model.photos import MAX_BYTES
from tests.photographs import (
    BLUE,
    GREEN,
    HTML,
    RED,
    SECRET,
    SVG,
    WHITE,
    alike,
    corners,
    encoded,
    opened,
    png,
    turned,
    with_everything,
)

NO_PHOTO = {
    "text": b"a photo",
    "web page": HTML,
    "drawing": SVG,
    "program": b"MZ\x90\x00" + bytes(100),
    "document": b"%PDF-1.7\n" + bytes(100),
    "animation": encoded(Image.new("P", (20, 20)), "GIF"),
    "other picture": encoded(corners(20, 20), "TIFF"),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "web page that begins like a picture": b"\xff\xd8\xff" + HTML,
}


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("data", NO_PHOTO.values(), ids=NO_PHOTO)
def test_what_is_no_photo_is_refused_whatever_it_is_called(data: bytes) -> None:
    with pytest.raises(BadFile, match=r"^photo\.jpg: (it is no photo|the picture is damaged)"):
        read_photo(data, "photo.jpg")


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_that_is_cut_off_or_was_meddled_with_is_refused(form: str) -> None:
    whole = encoded(Image.effect_noise((300, 200), 90).convert("RGB"), form)
    for broken in (whole[:-2000], whole[:40], whole[:20] + bytes(len(whole) - 20)):
        with pytest.raises(BadFile, match=r"no photo|damaged or cut off"):
            read_photo(broken, "photo")


BOMBS = {
    "far too large": encoded(Image.new("1", (20_000, 20_000)), "PNG"),
    "a little too large": encoded(Image.new("1", (9_000, 9_000)), "PNG"),
    "says so and has nothing": png(width=60_000, height=60_000, rows=b""),
}


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS)
def test_a_small_file_that_unpacks_to_too_many_pixels_is_refused(data: bytes) -> None:
    assert len(data) < 200_000
    with pytest.raises(BadFile, match="more than 64 million pixels"):
        read_photo(data, "photo")


@pytest.mark.usefixtures("english")
def test_a_text_inside_a_picture_that_unpacks_to_too_much_is_refused() -> None:
    texts = [(b"zTXt", b"a\x00\x00" + zlib.compress(bytes(64 * 1024**2), 9))] * 20
    with pytest.raises(BadFile, match="damaged"):
        read_photo(png(*texts), "photo")


def test_an_empty_or_heavy_file_is_refused_by_its_name_in_the_readers_language(language: Language) -> None:
    said = {
        "zh_CN": ("照片.jpg：文件是空的。", "照片.jpg：大小为 10.1 MB"),
        "en": ("照片.jpg: the file is empty.", "照片.jpg: it has 10.1 MB"),
    }
    for data, words in zip((b"", bytes(MAX_BYTES + 100_000)), said[language], strict=True):
        with pytest.raises(BadFile) as refusal:
            read_photo(data, "照片.jpg")
        assert str(refusal.value).startswith(words)


def test_nothing_of_a_file_is_kept_but_its_pixels() -> None:
    given = with_everything()
    assert opened(given).getexif().get_ifd(0x8825)[1] == "N"
    photo = read_photo(given, "photo.jpg")
    assert given.count(SECRET.encode()) > 10
    for kept in (photo.content, photo.thumbnail):
        for word in (SECRET.encode(), b"Exif", b"adobe", b"ICC_PROFILE", b"script", b"GPS"):
            assert word not in kept
        picture = opened(kept)
        assert (picture.format, dict(picture.getexif())) == ("JPEG", {})
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_the_right_way_up_however_the_camera_was_held(orientation: int) -> None:
    picture = opened(read_photo(turned(orientation), "photo").content)
    assert picture.size == (400, 300)
    found = [picture.getpixel(at) for at in ((20, 20), (380, 20), (20, 280))]
    assert all(map(alike, found, (RED, GREEN, BLUE)))


@pytest.mark.parametrize(
    ("size", "kept", "small"),
    [
        ((4000, 3000), (LONGEST, 1200), (LONGEST_SMALL, 240)),
        ((3000, 4000), (1200, LONGEST), (240, LONGEST_SMALL)),
        ((60, 40), (60, 40), (60, 40)),
        ((30_000, 1), (LONGEST, 1), (LONGEST_SMALL, 1)),
        ((1, 1), (1, 1), (1, 1)),
    ],
)
def test_a_large_photo_is_reduced_and_a_small_one_keeps_its_size(
    size: tuple[int, int], kept: tuple[int, int], small: tuple[int, int]
) -> None:
    photo = read_photo(encoded(corners(*size)), "photo")
    assert ((photo.width, photo.height), opened(photo.content).size) == (kept, kept)
    assert opened(photo.thumbnail).size == small


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel_becomes_a_photo(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    photo = read_photo(encoded(Image.new(mode, (30, 20)), form), "photo")
    assert opened(photo.content).mode == "RGB"


def test_what_is_seen_through_is_white() -> None:
    photo = read_photo(encoded(Image.new("RGBA", (30, 20), (*RED, 0)), "PNG"), "photo")
    assert alike(opened(photo.content).getpixel((10, 10)), WHITE)


@pytest.mark.parametrize("form", ["WEBP", "PNG", "MPO"])
def test_of_several_pictures_the_first_counts(form: str) -> None:
    several = encoded(
        Image.new("RGB", (40, 30), RED), form, save_all=True, append_images=[Image.new("RGB", (40, 30), BLUE)]
    )
    assert alike(opened(read_photo(several, "photo").content).getpixel((10, 10)), RED)


def test_one_file_is_one_photo_however_often_it_is_handed_in() -> None:
    given = encoded(corners())
    assert read_photo(given, "one.jpg") == read_photo(given, "other.png")
