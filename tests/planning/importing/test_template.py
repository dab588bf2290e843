"""The workbook that an office fills in: filled in without a manual, and read without a question."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from stations.intake.files.readers import read_table
from stations.intake.lists.records import read_records
from stations.model.errors import BadFile
from stations.model.labels import vocabulary_of
from stations.model.language import Language
from stations.model.schema import DEMONSTRATION, Kind, fields
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.planning.importing.import_file import plan_import
from stations.planning.importing.template import FOUND_BY_ITSELF, SAID_BY_ITSELF, template
from stations.planning.register import city_of

KINDS: tuple[Kind, ...] = ("station", "base")
pytestmark = pytest.mark.usefixtures("language")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def book(town: Settings, kind: Kind, language: Language) -> Any:
    return load_workbook(BytesIO(template(town.having(language=language), kind)))


def header_of(sheet: Any) -> list[str]:
    return [cell.value for cell in sheet[1]]


def column_of(kind: Kind, key: str) -> int:
    return [name for name in fields(kind) if name not in FOUND_BY_ITSELF].index(key) + 1


def check_of(sheet: Any, column: int) -> Any:
    letter = sheet.cell(2, column).coordinate
    return next(check for check in sheet.data_validations.dataValidation if letter in check.sqref)


def words_of(book: Any, check: Any) -> list[str]:
    """Return the words in a drop-down."""
    sheet, cells = check.formula1.split("!")
    assert book[sheet.strip("'")].sheet_state == "hidden"
    return [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]


def filled_in(book: Workbook, path: Path, *rows: list[Any]) -> Path:
    sheet = book.worksheets[0]
    for row, cells in enumerate(rows, start=2):
        for column, cell in enumerate(cells, start=1):
            sheet.cell(row, column, cell)
    book.save(path)
    return path


def example_row(book: Workbook) -> list[Any]:
    return [cell.value for cell in book.worksheets[2][2]]


def test_what_is_filled_in_is_read_without_a_question(book: Any, kind: Kind, town: Settings, tmp_path: Path) -> None:
    path = filled_in(book, tmp_path / "list.xlsx", example_row(book))
    batch = read_records(read_table(path), kind, datum=None)
    assert set(batch.columns.fields.values()) == fields(kind).keys() - set(FOUND_BY_ITSELF)
    assert not batch.columns.extra
    assert not batch.columns.ignored
    assert not batch.rejected
    (record,) = batch.records
    assert record.source_datum is Datum.GCJ02
    assert (record.verified_on and record.verified_on.isoformat()) == "2026-06-30"
    assert len(plan_import(town, path, kind=kind, datum=None).added) == 1


def test_every_example_is_read(book: Any, kind: Kind) -> None:
    shown = {
        header: cell for header, cell in zip(header_of(book.worksheets[2]), example_row(book), strict=True) if cell
    }
    assert len(shown) == sum(bool(header.example) for header in fields(kind).values()) - 1  # all but the number


def test_the_example_is_no_record_of_the_list(book: Any, kind: Kind, tmp_path: Path) -> None:
    with pytest.raises(BadFile):
        read_table(filled_in(book, tmp_path / "empty.xlsx"))
    name, source = column_of(kind, "name"), column_of(kind, "source")
    path = filled_in(book, tmp_path / "one.xlsx", [None, "东门"])
    assert [record.name for record in read_records(read_table(path), kind, datum=None).records] == ["东门"]
    assert example_row(book)[name - 1].startswith(("示例", "Example"))
    assert example_row(book)[source - 1] == DEMONSTRATION
    assert example_row(book)[0] is None


def test_every_vocabulary_is_a_drop_down_of_words_that_are_read(book: Any, kind: Kind, language: Language) -> None:
    sheet = book.worksheets[0]
    for key in fields(kind).keys() - set(FOUND_BY_ITSELF):
        terms, check = vocabulary_of(kind, key), check_of(sheet, column_of(kind, key))
        if terms is not None:
            offered = [term for term in terms if term not in SAID_BY_ITSELF]
            assert words_of(book, check) == [term.label(language) for term in offered]
            assert [terms.read(word) for word in words_of(book, check)] == offered


def test_the_names_of_the_city_are_offered_and_others_are_taken(book: Any, kind: Kind, town: Settings) -> None:
    city, sheet = city_of(town), book.worksheets[0]
    check = check_of(sheet, column_of(kind, "district"))
    assert words_of(book, check) == list(city.divisions.values())
    assert not check.showErrorMessage
    unions = check_of(sheet, column_of(kind, "union_unit"))
    assert words_of(book, unions) == [union.full_name for union in city.unions]


def test_what_must_be_filled_in_is_marked_and_everything_is_explained(
    book: Any, kind: Kind, language: Language
) -> None:
    headers = header_of(book.worksheets[0])
    assert [header for header in headers if header.endswith("*")] == [fields(kind)["name"].label(language) + "*"]
    assert book.worksheets[0].freeze_panes == "C2"
    explained = [row[0].value for row in book.worksheets[1].iter_rows()]
    assert [header.strip("*") for header in headers] == explained[-len(headers) :]


def test_days_numbers_and_identifiers_keep_what_is_typed(book: Any, kind: Kind) -> None:
    sheet = book.worksheets[0]
    formats = {
        key: sheet.column_dimensions[sheet.cell(1, column_of(kind, key)).column_letter].number_format
        for key in (f"{kind}_id", "contact_phone", "verified_on", "lon")
    }
    assert list(formats.values()) == ["@", "@", "yyyy-mm-dd", "General"]


def test_no_hint_is_longer_than_excel_takes(book: Any) -> None:
    for check in book.worksheets[0].data_validations.dataValidation:
        assert max(len(check.prompt or ""), len(check.error or "")) <= 255
        assert max(len(check.promptTitle or ""), len(check.errorTitle or "")) <= 32


def test_a_name_of_the_city_is_no_formula(town: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stations.planning.importing.template.offered", lambda _city, _key: ["=1+1"])
    cells = [cell for sheet in load_workbook(BytesIO(template(town, "station"))) for row in sheet for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell.value for cell in cells if cell.value == "'=1+1"]


def test_the_hint_of_a_cell_shows_what_may_stand_there(book: Any, kind: Kind, language: Language) -> None:
    sheet, name = book.worksheets[0], fields(kind)["name"]
    hint = check_of(sheet, column_of(kind, "name")).prompt.splitlines()
    assert hint[-1].endswith({"zh_CN": f"示例：{name.example}", "en": f"Example: {name.example}"}[language])
    assert hint[-1].count("Example") + hint[-1].count("示例") == 1
