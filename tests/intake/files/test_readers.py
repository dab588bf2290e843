from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from stations.intake.files import readers
from stations.intake.files.readers import read_table
from stations.model.errors import BadFile
from stations.model.language import Language
from tests.intake.conftest import FileOf
from tests.intake.files.test_geojson import collection, feature, point
from tests.intake.files.test_workbook import book_of, saved

THIN_LIST = Path(__file__).parents[2] / "data" / "thin_list.csv"
EXCEL_97 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
VRT = "<OGRVRTDataSource><OGRVRTLayer><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"


def zipped(**files: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return file.getvalue()


BAD: dict[str, tuple[str, bytes]] = {
    "nothing": ("list.csv", b""),
    "blanks": ("list.csv", b"\xef\xbb\xbf \r\n\n"),
    "headers alone": ("list.csv", "站点名称,地址\n".encode()),
    "a wrong encoding": ("list.csv", "站点名称\n示例驿站\n".encode("utf-8-sig") + b"\xff\xfe\xff\n"),
    "a header twice": ("list.csv", "经度,站点名称,经度\n117,甲,118\n".encode()),
    "a PDF named csv": ("list.csv", b"%PDF-1.7\n%\xe2\xe3"),
    "a picture named csv": ("list.csv", b"\x89PNG\r\n\x1a\n" + bytes(50)),
    "a database": ("list.csv", b"SQLite format 3\x00" + bytes(50)),
    "a web page named xls": ("list.xls", b"<html><table><tr><td>name</td></tr></table></html>"),
    "a VRT named geojson": ("list.geojson", VRT.encode()),
    "XML after a mark": ("list.geojson", b"\xef\xbb\xbf  <?xml version='1.0'?><a/>"),
    "an archive named csv": ("list.csv", zipped(readme="hello")),
    "an archive cut off, named csv": ("list.csv", zipped(readme="hello")[:-30]),
    "an OpenDocument": ("list.csv", zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet")),
    "a Word document": ("list.xlsx", zipped(**{"word/document.xml": "<a/>"})),
    "a binary workbook": ("list.xlsx", zipped(**{"xl/workbook.bin": "x"})),
    "a workbook cut off": ("list.xlsx", saved(book_of(["name"], ["A"]))[:3000]),
    "a workbook of rubbish": ("list.xlsx", zipped(**{"xl/workbook.xml": "<a/>", "[Content_Types].xml": "rubbish"})),
    "a protected workbook": ("list.xlsx", EXCEL_97 + "EncryptedPackage".encode("utf-16-le")),
    "an old workbook": ("list.xls", EXCEL_97),
    "damaged JSON": ("list.geojson", b'{"type": "FeatureCollection", '),
    "other JSON": ("list.json", b'{"a": 1}'),
    "zeros": ("list.csv", bytes(5000)),
}


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_is_no_table_is_refused_in_words(what: str, file_of: FileOf, language: Language) -> None:
    name, content = BAD[what]
    with pytest.raises(BadFile) as refusal:
        read_table(file_of(content, name=name))
    assert str(refusal.value).startswith(name)
    assert refusal.value.fields["reason"]
    assert refusal.value.fields["remedy"]


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("nothing", "empty"),
        ("headers alone", "no rows"),
        ("a wrong encoding", "row 3"),
        ("a header twice", "columns A and C"),
        ("a PDF named csv", "PDF"),
        ("a web page named xls", "web page"),
        ("a VRT named geojson", "XML"),
        ("an archive named csv", r"archive \(zip\) that holds neither .* Unpack it"),
        ("an archive cut off, named csv", r"archive \(zip\) that is damaged"),
        ("an OpenDocument", r"LibreOffice .* Save it as XLSX"),
        ("a Word document", "archive"),
        ("a workbook cut off", "damaged"),
        ("a workbook of rubbish", "damaged"),
        ("a protected workbook", "password"),
        ("an old workbook", r"\.xls"),
    ],
)
def test_a_refusal_says_what_the_file_is(what: str, words: str, file_of: FileOf) -> None:
    name, content = BAD[what]
    with pytest.raises(BadFile, match=words):
        read_table(file_of(content, name=name))


def test_a_vrt_under_another_name_opens_nothing(file_of: FileOf, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = file_of("name\nsecret\n", name="secret.csv")
    path = file_of(VRT.replace("/etc/passwd", str(secret)), name="list.geojson")
    opened: list[Path] = []
    opens = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *how: opened.append(self) or opens(self, *how))
    with pytest.raises(BadFile):
        read_table(path)
    assert opened == [path]


def test_fifty_megabytes_of_rubbish_are_refused(file_of: FileOf) -> None:
    rubbish = random.Random(20261231).randbytes(1024**2) * 50
    with pytest.raises(BadFile, match="neither a table nor text"):
        read_table(file_of(rubbish))
    with pytest.raises(BadFile, match="row 1 "):
        read_table(file_of(b"a" * 50 * 1024**2))


def test_a_file_above_the_limit_is_refused_unread(file_of: FileOf, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file_of("name\nA\n")
    monkeypatch.setattr(readers, "MAX_BYTES", 3)
    monkeypatch.setattr(Path, "read_bytes", None)
    with pytest.raises(BadFile, match="at most 0 MB"):
        read_table(path)


def test_a_file_that_is_not_there_is_a_clear_refusal(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(BadFile, match="cannot be opened"):
            read_table(path)


def test_the_content_and_not_the_name_says_what_a_file_is(file_of: FileOf) -> None:
    workbook = saved(book_of(["name"], ["A"]))
    geojson = collection(feature(point(117, 32), name="A"))
    for content in (workbook, geojson, b"name\nA\n"):
        for name in ("list.csv", "list.xlsx", "list.geojson", "list"):
            assert read_table(file_of(content, name=name)).cells["name"].tolist() == ["A"]


def test_ids_phones_and_na_are_not_damaged(file_of: FileOf) -> None:
    table = read_table(file_of("编号,名称,电话\n001,NA,05540000001\n1e5,null,013800000000\n"))
    assert table.cells.to_numpy().tolist() == [["001", "NA", "05540000001"], ["1e5", "null", "013800000000"]]
    assert table.cells.index.tolist() == [2, 3]


def test_the_thin_list_is_read_whole() -> None:
    table = read_table(THIN_LIST)
    assert table.cells.shape == (7, 10)
    assert not table.flaws
