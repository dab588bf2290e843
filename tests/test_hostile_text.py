"""Text that a template, a browser, a shell, a terminal or a spreadsheet might take for its own stays text, everywhere.

Each hostile text goes through the whole product: a list, the register, every payload of the maps, the map in one file,
the pages, the commands and the exports. A canary file, a flag in the browser's window and a product that nobody may
work out (7919 × 7907) would tell that something ran.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from docx import Document
from openpyxl import load_workbook

from stations.model.privacy import masked_contact
from stations.model.reading import plain
from tests.app.conftest import WIDE, visits
from tests.app.office import command, furnish, serving, surroundings, write_csv
from tests.app.test_routes import ask

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COMPUTED = "62615533"  # 7919 * 7907
RUN = "window.hostile=1"
TEXTS = (
    f'<img src=x onerror="{RUN}">',
    f"</script><script>{RUN}</script>",
    f"\"'`${{{RUN}}}",
    "{{7919*7907}}",
    "{% raw %}",
    "{# x {{ %}",
    "{{cycler.__init__.__globals__.os.popen('touch CANARY')}}",
    "\u202egnp.exe\u2066\u200b\u2069",
    "![x](http://evil.invalid/x.png)",
    f"[x](javascript:{RUN})",
    ":material/home: :red[x] :smile:",
    "$x$ \\frac{1}{2} $",
    "# h **b** _i_ ~~s~~ <b>",
    "[bold red]x[/bold red] [link=http://evil.invalid]",
    "=cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd",
    "%s %(x)d {0} {x}",
    "<!--<script>",
)
FIELDS = ("站点名称", "详细地址", "备注", "所属县区", "所属工会", "开放时间", "原因", "联系电话", "服务功能")
KEYS = (
    "name",
    "address",
    "notes",
    "district",
    "union_unit",
    "opening_hours",
    "status_reason",
    "contact_phone",
    "services",
)
OTHER = "其他列 "


def stored(text: str) -> str:
    """Return what the register keeps of a text: everything but what nobody sees, and the blanks around it."""
    return plain(text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office where every text that may be given is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    profiles = folder / "profiles"
    profiles.mkdir()
    furnish(profiles)
    for path in profiles.glob("340500*"):
        path.unlink()
    text = json.dumps("".join(TEXTS[:7]) + TEXTS[8], ensure_ascii=False)
    profile = (profiles / "340400.toml").read_text("utf-8")
    for name in ("淮南市", "Huainan", "Tianjia'an District", "示例人口：为测试编造", "Made-up people for tests"):
        profile = profile.replace(json.dumps(name, ensure_ascii=False), text)
    profile += f"\n[[presets]]\nradius_m = 1000\nzh = {text}\nen = {text}\nsource = {text}\n"
    (profiles / "340400.toml").write_text(profile, "utf-8")
    header = ("站点编号", "等级", "经度", "纬度", "坐标系", "状态", *FIELDS, *(OTHER + text for text in TEXTS))
    rows = [
        (
            f"H-{at:02d}",
            "省级",
            116.9 + at / 200,
            32.6,
            "WGS84",
            "暂停" if at % 2 else "在用",
            *[text] * len(FIELDS),
            *TEXTS,
        )
        for at, text in enumerate(TEXTS)
    ]
    write_csv(folder / "list.csv", [header, *rows])
    places = [(f"阵地 {text}"[:60], "职工书屋", text, 116.9 + at / 200, 32.7, "WGS84") for at, text in enumerate(TEXTS)]
    write_csv(folder / "bases.csv", [("阵地名称", "阵地类型", "详细地址", "经度", "纬度", "坐标系"), *places])
    return folder


@pytest.fixture(scope="module")
def environment(folder: Path) -> dict[str, str]:
    """Return the environment of that office, its list imported."""
    given = surroundings(folder / "register.sqlite3", folder / "profiles")
    command(given, "init", "--empty")
    for kind, file in (("station", "list.csv"), ("base", "bases.csv")):
        done = command(given, "import", folder / file, "--kind", kind, "--doubts", "new", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["added"] == len(TEXTS), done.stdout
    return given


@pytest.fixture(autouse=True)
def nothing_ran(folder: Path) -> Iterator[None]:
    """Look afterwards for what a text may have done."""
    yield
    root = Path(__file__).parents[1]
    assert [path for place in (folder, root, Path.cwd(), Path.home()) for path in place.glob("CANARY*")] == []


def done(environment: dict[str, str], *arguments: str | Path) -> str:
    """Run a command that must work; what it says on standard output."""
    finished: subprocess.CompletedProcess[str] = command(environment, *arguments)
    assert finished.returncode == 0, finished.stderr
    assert COMPUTED not in finished.stdout + finished.stderr
    return finished.stdout


def test_the_register_gives_back_every_text_as_it_was(environment: dict[str, str]) -> None:
    collection = json.loads(done(environment, "stations", "--json"))
    for feature, text in zip(collection["features"], TEXTS, strict=True):
        given = feature["properties"]
        contact = masked_contact(stored(text))  # where a name may stand, which is nobody's to see
        assert [given[key] for key in KEYS] == [contact if key == "contact_phone" else stored(text) for key in KEYS]
        assert given["extra"] == {stored(OTHER + other): stored(other) for other in TEXTS}
    assert [
        feature["properties"]["address"] for feature in json.loads(done(environment, "bases", "--json"))["features"]
    ] == [stored(text) for text in TEXTS]


def test_a_terminal_shows_every_text_as_it_is(environment: dict[str, str]) -> None:
    shown = done(environment, "stations", "--lang", "en")
    for text in TEXTS:
        if text.isprintable():  # what is not is no sight for a terminal
            assert text in shown
    for words in ("assess", "gaps"):
        done(environment, words, "--radius", "1000")


def test_a_spreadsheet_runs_no_formula_and_our_own_import_reads_it_back(
    environment: dict[str, str], folder: Path
) -> None:
    for suffix in ("csv", "xlsx", "geojson"):
        file = folder / f"export.{suffix}"
        done(environment, "export", "stations", "-o", file)
        again = json.loads(done(environment, "import", file, "--preview", "--json"))
        assert (again["unchanged"], again["rejected"]) == (len(TEXTS), []), suffix
    cells = [
        pd.read_csv(folder / "export.csv", dtype=str, keep_default_na=False),
        pd.read_excel(folder / "export.xlsx", dtype=str, keep_default_na=False),
    ]
    for table in cells:
        texts = [*table.columns, *table.to_numpy().ravel()]
        assert [text for text in texts if text.startswith(("=", "+", "@", "\t", "\r"))] == []


def test_properties_of_geojson_and_the_name_of_a_file_are_text_as_well(
    environment: dict[str, str], folder: Path
) -> None:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [116.95, 32.65]},
            "properties": {"name": text, "address": text, text: text},
        }
        for text in TEXTS
    ]
    file = folder / "{{7919*7907}} $x$ ![x](x) [b].geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    looked = json.loads(done(environment, "import", file, "--preview", "--doubts", "new", "--json"))
    assert (looked["added"], looked["rejected"]) == (len(TEXTS), [])
    done(environment, "import", file, "--preview", "--doubts", "new")


def test_a_refused_row_is_told_as_it_is(environment: dict[str, str], folder: Path) -> None:
    file = write_csv(folder / "refused.csv", [("站点名称", "等级"), *((text, text) for text in TEXTS)])
    finished = command(environment, "import", file, "--json")
    assert finished.returncode == 1
    assert [row["value"] for row in json.loads(finished.stdout)["rejected"]] == [stored(text) for text in TEXTS]
    finished = command(environment, "import", file)
    assert COMPUTED not in finished.stdout + finished.stderr
    assert "[bold red]" in finished.stdout


def test_a_picture_is_drawn_of_every_name(environment: dict[str, str], folder: Path) -> None:
    for kind, beginning in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")):
        path = folder / f"map.{kind}"
        done(environment, "snapshot", "-o", path, "--dpi", "72", "--radius", "1000", "--bases")
        content = path.read_bytes()
        assert content.startswith(beginning)
        assert b"<script" not in content or kind == "png"  # what a PNG says of itself nobody runs
        assert COMPUTED.encode() not in content


def test_a_report_tells_every_text_and_compiles_none(environment: dict[str, str], folder: Path) -> None:
    for suffix in ("docx", "html", "xlsx"):
        done(environment, "report", "-o", folder / f"report.{suffix}", "--lang", "en")
    document = Document(str(folder / "report.docx"))
    told = [paragraph.text for paragraph in document.paragraphs]
    told += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    page = (folder / "report.html").read_text("utf-8")
    book = load_workbook(folder / "report.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert COMPUTED not in "".join(told) + page + "".join(str(cell.value) for cell in cells)
    assert "f" not in {cell.data_type for cell in cells}
    names = {cell.value for cell in cells if isinstance(cell.value, str)}
    for text in TEXTS[::2]:  # the others are delisted
        assert {stored(text), f"'{stored(text)}"} & names
    assert "{{7919*7907}}" in "".join(told)
    assert "<img src=x" not in page
    assert "<script" not in page


@pytest.fixture
def from_disk(browser: Browser) -> Iterator[Page]:
    """Return a page that asks nobody for anything."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce")
    page = context.new_page()
    faults: list[str] = []
    page.on(
        "request", lambda asked: None if asked.url.startswith(("file:", "data:", "blob:")) else faults.append(asked.url)
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert faults == []


@pytest.mark.browser
def test_the_map_in_one_file_shows_every_text_and_runs_none(
    environment: dict[str, str], folder: Path, from_disk: Page
) -> None:
    done(environment, "map", "-o", folder / "map.html", "--radius", "1000")
    assert COMPUTED not in (folder / "map.html").read_text("utf-8")
    page = from_disk
    page.goto((folder / "map.html").as_uri())
    found = "Object.values(window).find((value) => value && value.atlas)"
    page.wait_for_function(f"() => {found} && {found}.atlas.slots.stations && {found}.atlas.slots.stations.seen")
    assert page.evaluate(f"{found}.atlas.slots.stations.data.names") == [stored(text) for text in TEXTS]
    for at, text in enumerate(TEXTS):
        page.evaluate(CHOOSE, at)
        card = page.locator(".atlas-card")
        assert card.locator("h2").evaluate("(shown) => shown.textContent") == stored(text)
        assert stored(text) in card.locator("dd").evaluate_all("(shown) => shown.map((cell) => cell.textContent)")
    assert page.evaluate("window.hostile") is None
    assert page.locator("img").count() == 0


CHOOSE = """(at) => {
    const map = Object.values(window).find((value) => value && value.atlas);
    const slot = map.atlas.slots.stations;
    map.atlas.choose({slot, at, id: slot.data.ids[at], lon: slot.data.lon[at], lat: slot.data.lat[at]});
}"""


@pytest.fixture(scope="module")
def server(environment: dict[str, str], folder: Path) -> Iterator[str]:
    """Return the address of that office's server; its demand file has a name and districts like the rest."""
    file = folder / "{{7919*7907}} ![x](http:evil.invalid) :red[x] $x$.csv"
    rows = [(117.0 + at / 100, 32.5, 100, text) for at, text in enumerate(TEXTS)]
    write_csv(file, [("lon", "lat", "people", "district"), *rows])
    with serving({**environment, "STATIONS_DEMAND": str(file)}, folder / "log") as address:
        yield address


@pytest.mark.browser
def test_every_payload_carries_text(server: str) -> None:
    for kind in ("frame", "districts", "stations", "bases", "people", "gaps"):
        status, headers, body = ask(server, f"/atlas/data/{kind}.json?city=340400&lang=en&radius=1000")
        assert status == 200
        assert headers["content-type"] == "application/json"
        assert COMPUTED not in body.decode()
        payload: dict[str, Any] = json.loads(body)
        if kind == "stations":
            assert payload["names"] == [stored(text) for text in TEXTS]
    for text in TEXTS:
        status, _headers, body = ask(
            server, "/atlas/data/gaps.json?lang=en&city=" + "".join(f"%{b:02x}" for b in text.encode())
        )
        assert status == 400
        assert text in json.loads(body)["error"]


@pytest.mark.browser
def test_the_pages_show_every_text_and_run_none(browser: Browser, server: str) -> None:
    for visit in visits(browser, server):
        visitor = visit("/?lang=en&bases=1").until_drawn()
        page = visitor.page
        for at, text in enumerate(TEXTS):
            visitor.search(f"H-{at:02d}")  # the only find is chosen at once
            visitor.until_query(selected=f"station:H-{at:02d}")
            page.get_by_role("combobox").last.press("ArrowDown")
            option = page.get_by_role("option", name=re.compile(f"H-{at:02d}"))
            assert stored(text) in option.evaluate("(shown) => shown.textContent")
            option.click()
            visitor.until_query(selected=f"station:H-{at:02d}")
            visitor.card.locator("h2").filter(has_text=stored(text)).wait_for()
            cells = visitor.card.locator("dd").evaluate_all("(shown) => shown.map((cell) => cell.textContent)")
            heads = visitor.card.locator("dt").evaluate_all("(shown) => shown.map((cell) => cell.textContent)")
            assert cells.count(stored(text)) >= len(FIELDS) - 1
            assert masked_contact(stored(text)) in cells
            assert set(heads) >= {stored(OTHER + other) for other in TEXTS}
        visitor.search("<script> {{7919*7907}} no such")
        page.get_by_text("Nothing has these words").wait_for()
        _unharmed(visitor)
        visitor = visit("/coverage?lang=en&gap=1").until_drawn("gaps")
        visitor.page.get_by_text("![x](http:evil.invalid) :red[x] $x$.csv").wait_for()
        _unharmed(visitor)


def _unharmed(visitor: Any) -> None:
    for place in (visitor.page, visitor.map):
        assert place.evaluate("window.hostile") is None
        assert COMPUTED not in place.evaluate("document.documentElement.outerHTML")
    assert visitor.page.locator(".stMain img, .stMain .katex, .stMain a[href^=javascript]").count() == 0


def test_only_one_module_gives_words_to_folium() -> None:
    """Folium compiles the texts it is given as templates: one module alone may construct its objects."""
    words = ("folium.", "branca.", "Popup(", "Tooltip(", "DivIcon(")
    files: Sequence[Path] = sorted((Path(__file__).parents[1] / "stations").rglob("*.py"))
    users = [
        file.name
        for file in files
        if any(f"import {word.split('.')[0]}" in file.read_text("utf-8") for word in words[:2])
    ]
    assert users == ["maps.py"]
    text = next(file for file in files if file.name == "maps.py").read_text("utf-8")
    assert [word for word in words[2:] if word in text] == []
