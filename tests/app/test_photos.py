"""Photos on the pages: uploaded in the form, refused by name, kept while somebody types, shown on the card, served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.app.office import command, furnish, serving, surroundings
from tests.app.test_entry import begun, fill
from tests.photographs import HTML, SECRET, SVG, corners, encoded, opened, with_everything

if TYPE_CHECKING:
    from tests.app.conftest import Visit
    from tests.app.visitor import Visitor

pytestmark = pytest.mark.browser

# Each journey has photos of a size of their own: a browser keeps them, and may be lent to the next journey.
PHONE_SIZED = {"width": 390, "height": 844}
NAME = "<b>{{7*7}}</b>.jpg"
LOADED = """([where, count]) => {
    const images = Array.from(document.querySelectorAll(where + " .atlas-photo img"));
    images.forEach((image) => image.scrollIntoView({block: "nearest"})); // a browser loads what comes into view
    return images.length === count && images.every((image) => image.complete && image.naturalWidth > 0);
}"""


def hand_in(visitor: Visitor, *files: tuple[str, bytes]) -> None:
    """Choose files in the field of the form, whatever they are."""
    given: list[Any] = [{"name": name, "mimeType": "image/jpeg", "buffer": content} for name, content in files]
    visitor.page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(given)


def until_photos(visitor: Visitor, count: int, where: str = ".st-key-photos") -> None:
    """Wait until so many photos are on the page, and the browser has each of them."""
    visitor.page.wait_for_function(LOADED, arg=[where, count])
    visitor.settled().page.wait_for_function(LOADED, arg=[where, count])


@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, PHONE_SIZED], ids=["wide", "phone"])
def test_photos_are_added_one_is_removed_and_the_others_are_on_the_card(
    visit_own: Visit, viewport: dict[str, int]
) -> None:
    visitor = visit_own("/register?lang=en", viewport=viewport)
    visitor.button("New station").click()
    fill(visitor, "Name", "A station with photos")
    hand_in(visitor, ("front.jpg", with_everything()), ("side.png", encoded(corners(90, 60), "PNG")))
    until_photos(visitor, 2)
    assert visitor.page.get_by_label("Name", exact=True).input_value() == "A station with photos"
    hand_in(visitor, ("large.jpg", encoded(corners(4000, 3000))))
    until_photos(visitor, 3)
    visitor.button("Remove photo 2").click()
    until_photos(visitor, 2)
    width = visitor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= viewport["width"]
    visitor.button("Save").click()
    visitor.page.get_by_text("Saved: 340400-0001").wait_for()
    until_photos(visitor, 2, ".atlas-card")
    with visitor.page.context.expect_page() as another:
        visitor.card.get_by_alt_text("Photo 1: show it large").click()
    large = another.value
    large.wait_for_load_state()
    assert re.search(r"/atlas/photo/[0-9a-f]{64}\.jpg\?city=340400$", large.url)
    served = visitor.page.context.request.get(large.url)
    assert opened(served.body()).size == (400, 300)
    assert SECRET.encode() not in served.body()
    assert b"Exif" not in served.body()
    stats = visitor.page.context.request.get(f"{visitor.home}/_stcore/metrics").text()
    assert "UploadedFileManager" not in stats  # the server does not keep the files themselves


def test_what_is_no_photo_is_refused_by_name_and_nothing_else_is_lost(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    fill(visitor, "Name", "Half a station")
    fakes = ((NAME, HTML), ("drawing.png", SVG), ("cut.jpg", encoded(corners())[:-500]), ("empty.webp", b""))
    hand_in(visitor, ("good.jpg", encoded(corners(410, 300))), *fakes)
    for name, _content in fakes:
        visitor.page.get_by_role("alert").filter(has_text=name).wait_for()
    until_photos(visitor, 1)
    assert visitor.page.get_by_label("Name", exact=True).input_value() == "Half a station"
    assert visitor.page.locator(".st-key-photos b").count() == 0
    assert visitor.page.get_by_text("49").count() == 0
    hand_in(visitor, ("list.xlsx", b"PK"))  # what the browser itself turns away
    visitor.page.get_by_test_id("stFileChip").filter(has_text="list.xlsx").wait_for()
    said = "getComputedStyle(document.querySelector('[data-testid=stFileUploaderDropzone]'), '::after').content"
    assert visitor.page.evaluate(said).startswith('"Not added. What can be added: JPEG')
    visitor.button("Save").and_(visitor.page.locator(":enabled")).wait_for()


def test_the_field_speaks_the_language_of_the_page(visit_own: Visit) -> None:
    visitor = visit_own("/register?lang=zh_CN")
    visitor.button("新建站点").click()
    visitor.page.get_by_test_id("stFileUploader").wait_for()
    for part, words in (("button p", "添加照片"), ("[data-testid$=Instructions] span", "JPEG、PNG 或 WebP")):
        shown = f".st-key-photos [data-testid=stFileUploaderDropzone] {part}"
        style = visitor.page.locator(shown).evaluate(
            "(node) => [getComputedStyle(node).visibility, getComputedStyle(node, '::after').content]"
        )
        assert style[0] == "hidden"
        assert words in style[1]


def test_no_more_photos_are_taken_than_a_record_may_have(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    hand_in(visitor, *((f"{number}.jpg", encoded(corners(60 + number, 40))) for number in range(8)))
    for number in (6, 7):
        visitor.page.get_by_text(f"{number}.jpg was not added: a record has at most 6 photos.").wait_for()
    until_photos(visitor, 6)
    assert visitor.page.get_by_test_id("stFileUploader").count() == 0
    visitor.button("Remove photo 6").click()
    visitor.page.get_by_test_id("stFileUploader").wait_for()


def test_the_photos_of_a_form_survive_another_page_and_the_end_of_the_visit(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    fill(visitor, "Name", "Half a station")
    hand_in(visitor, ("front.jpg", encoded(corners(420, 300))))
    until_photos(visitor, 1)
    visitor.page.get_by_role("link", name="Overview", exact=True).click()
    visitor.page.get_by_text("7 of 7 stations").wait_for()
    visitor.page.get_by_role("link", name="Stations and bases", exact=True).click()
    until_photos(visitor, 1)
    again = visit_own("/register?lang=en")
    again.page.get_by_text("Not saved yet: Half a station").wait_for()
    again.button("Go on with it").click()
    until_photos(again, 1)


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """Return a server, and the addresses of the photos of S-04: the second one was removed again."""
    folder = tmp_path_factory.mktemp("gallery")
    (folder / "profiles").mkdir()
    office = surroundings(folder / "register.sqlite3", furnish(folder / "profiles"))
    digests = []
    for number in range(2):
        (folder / "photo.jpg").write_bytes(encoded(corners(400 + number, 300)))
        done = command(office, "edit", "S-04", "--photo", folder / "photo.jpg", "--json")
        assert done.returncode == 0, done.stderr
        changes = command(office, "history", "S-04", "--json").stdout
        digests.append(re.findall(r"[0-9a-f]{64}", changes.partition('"was"')[2].partition("is_now")[2])[number])
    assert command(office, "restore", "S-04", "--revision", "2").returncode == 0
    with serving(office, folder / "log") as home:
        yield home, digests


def test_a_photo_is_served_as_a_jpeg_that_its_reader_may_keep(gallery: tuple[str, list[str]]) -> None:
    home, (digest, _removed) = gallery
    answer = httpx.get(f"{home}/atlas/photo/{digest}.jpg?city=340400")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["etag"] == f'"{digest}"'
    assert opened(answer.content).size == (400, 300)
    small = httpx.get(f"{home}/atlas/thumbnail/{digest}.jpg?city=340400")
    assert opened(small.content).size == (320, 240)
    again = httpx.get(answer.url, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert httpx.head(answer.url).status_code == 200
    assert httpx.post(answer.url).status_code == 405


def test_a_photo_of_no_record_that_is_looked_at_is_not_found(gallery: tuple[str, list[str]]) -> None:
    home, (digest, removed) = gallery
    wishes = [
        f"{removed}.jpg?city=340400", f"{'0' * 64}.jpg?city=340400", f"{digest}.jpg?city=410100",
        f"{digest}.jpg?city=340400&on=2020-01-02", f"{digest}.jpg?city=abc", f"{digest}.jpg?city=999999",
        f"{digest}.jpg?on=never", f"{digest.upper()}.jpg", ".jpg", "%00.jpg", "%27%20OR%201=1.jpg", f"{digest}.svg",
        f"..%2f{digest}.jpg", f"{digest}%2f..%2f..%2fapp.py.jpg",
    ]  # fmt: skip
    for wish in wishes:
        answer = httpx.get(f"{home}/atlas/photo/{wish}")
        assert answer.status_code in {400, 404} or b"<title>" in answer.content, wish
        assert not answer.headers.get("content-type", "").startswith("image"), wish
        etag = {"If-None-Match": f'"{digest}"'}
        assert httpx.get(f"{home}/atlas/photo/{wish}", headers=etag).status_code != 304, wish


def test_the_record_of_a_past_day_has_the_photos_of_that_day(gallery: tuple[str, list[str]], visit: Visit) -> None:
    home, _digests = gallery
    for path, count in (("", 1), ("&on=2020-06-01", 0)):
        visitor = visit("/register?lang=en")
        visitor.home = home
        visitor.open(f"/?lang=en&selected=station:S-04{path}")
        visitor.card.filter(has_text="Delta Market").wait_for()
        until_photos(visitor, count, ".atlas-card")
