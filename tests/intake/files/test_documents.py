"""Texts that are handed in: what stands in them, in the order it stands there, and what is refused in words."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from stations.intake.files.documents import MAX_BYTES, read_text, text_of
from stations.model.errors import BadFile
from stations.model.language import Language, use_language

TEXT = "全市建成工会驿站98个。\n其中省级6个。"


def document(fill: Callable[[Document], object] | None = None) -> bytes:  # type: ignore[valid-type]
    made, file = Document(), BytesIO()
    made.add_paragraph("全市建成工会驿站98个。")
    if fill:
        fill(made)
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_plain_text_is_read_in_the_encodings_of_an_office(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "review.txt"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode(encoding))
    assert read_text(path) == TEXT
    assert text_of(path.read_bytes(), "稿.TXT") == text_of(path.read_bytes(), "稿") == TEXT


def test_a_word_document_is_its_paragraphs_and_tables_in_their_order() -> None:
    def fill(made: Document) -> None:  # type: ignore[valid-type]
        table = made.add_table(2, 3)
        for row, texts in zip(table.rows, [("县区", "驿站", "省级"), ("寿县", "12\n个", "1")], strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        merged = made.add_table(1, 2)
        merged.cell(0, 0).merge(merged.cell(0, 1)).text = "合计98个"
        made.add_paragraph("其中\t省级\n6个")

    assert text_of(document(fill), "a.docx") == (
        "全市建成工会驿站98个。\n县区\t驿站\t省级\n寿县\t12 个\t1\n合计98个\n其中\t省级\n6个"
    )


def test_tracked_changes_are_read_as_they_would_be_accepted() -> None:
    def fill(made: Document) -> None:  # type: ignore[valid-type]
        paragraph = made.add_paragraph("驿站")
        for tag, text in (("del", "delText"), ("ins", "t")):
            xml = f'<w:{tag} {nsdecls("w")} w:id="1"><w:r><w:{text}>{text}</w:{text}></w:r></w:{tag}>'
            paragraph._p.append(parse_xml(xml))

    assert text_of(document(fill), "a.docx").splitlines()[1] == "驿站t"


@pytest.mark.parametrize(
    ("data", "file", "words"),
    [
        (b"", "a.txt", "empty"),
        (b" \r\n", "a.docx", "empty"),
        (document(), "a.txt", "its name says that it is plain text"),
        (TEXT.encode(), "a.docx", "its name says that it is a Word document"),
        (b"%PDF-1.7", "a.docx", "PDF"),
        (b"%PDF-1.7", "a.txt", "PDF"),
        (b"{\\rtf1}", "a.txt", "text document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "a.docx", "old Office program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "a.doc", "old Office program"),
        (b"\x89PNG\r\n", "a.txt", "picture"),
        (b"\0\1\2", "a.txt", "neither"),
        (b"\xff\xff\xff", "a.txt", "neither UTF-8 nor GB18030"),
        (b"\xff\xfe\x00\xd8", "a.txt", "UTF-16"),
        (document()[:400], "a.docx", "damaged"),
        (b"PK\x03\x04", "a.docx", "damaged"),
        (b"x" * (MAX_BYTES + 1), "a.txt", "16.0 MB; a text may have 16"),
    ],
)
def test_what_is_no_text_or_not_what_its_name_says_is_refused_with_the_reason(
    english: None, data: bytes, file: str, words: str
) -> None:
    with pytest.raises(BadFile, match=words) as told:
        text_of(data, file)
    assert str(told.value).startswith(f"{file}: ")


def packed(**parts: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (packed(xl__workbook_xml=b"<x/>"), "damaged, or it is no Word document"),
        (packed(word__document_xml=bytes(600 * 1024**2)), "would unpack to 600 MB"),
    ],
)
def test_an_archive_that_is_none_or_a_bomb_is_refused(english: None, data: bytes, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        text_of(data, "a.docx")


def test_entities_of_a_document_are_not_followed(english: None, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    source = zipfile.ZipFile(BytesIO(document()))
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file://{tmp_path}/secret.txt">]>'
                body = content.partition(b"?>")[2].replace("全市".encode(), b"&a;")
                content = head.encode() + body
            archive.writestr(name, content)
    try:
        assert "secret" not in text_of(file.getvalue(), "a.docx")
    except BadFile as error:
        assert "damaged" in str(error)  # noqa: PT017 - either is right


def test_what_is_refused_is_said_in_the_language_of_the_reader(language: Language) -> None:
    use_language(language)
    with pytest.raises(BadFile) as told:
        text_of(document()[:400], "a.docx")
    assert ("Word" in str(told.value), "损坏" in str(told.value)) == (True, language == "zh_CN")
