"""Texts that somebody hands in: plain text (.txt, UTF-8 or GB18030) and Word documents (.docx), paragraphs and tables.

A Word document is a packed archive of XML: it is read in a process of its own (`sandbox`). What its tracked changes
would delete is not read, nor are headers, footers, notes and comments.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stations.intake.files.delimited import encoding_of
from stations.intake.files.readers import bytes_of, known_kind
from stations.intake.files.sandbox import read_apart
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.packed import require_harmless

MAX_BYTES = 16 * 1024**2
SUFFIXES = (".txt", ".docx")

_PACKED = b"PK\x03\x04"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {f"{_WORD}tab": "\t", f"{_WORD}br": "\n", f"{_WORD}cr": "\n"}
_HAND_IN = mark("Use a text file (.txt) or a Word document (.docx), or paste the text.")
_SAVE_AS = mark("Save it in Word as a document (.docx) or as plain text in UTF-8, then try again.")


def read_text(path: Path) -> str:
    """Return the text of a file, see `text_of`. Raises `BadFile`, also where it cannot be opened."""
    return text_of(bytes_of(path), path.name)


def text_of(data: bytes, file: str) -> str:
    """Return the text in `data`, the content of a file called `file`.

    A row of a table is a line, its cells stand apart by tabs.

    Raises
    ------
    BadFile
        It is larger than `MAX_BYTES`, is empty, is neither text nor a Word document, or is not what its name says.
    """
    if len(data) > MAX_BYTES:
        reason = _("it has {size} MB; a text may have {limit}.").format(
            size=f"{len(data) / 1024**2:.1f}", limit=MAX_BYTES // 1024**2
        )
        raise BadFile(file=file, reason=reason, remedy=mark("Paste the part that is to be checked."))
    if not data.strip():
        raise BadFile(file=file, reason=mark("the file is empty."), remedy=_HAND_IN)
    suffix, packed = Path(file).suffix.lower(), data.startswith(_PACKED)
    if packed != (suffix == ".docx") and suffix in SUFFIXES:
        says = mark("its name says that it is a Word document, and it is none.")
        reason = says if suffix == ".docx" else mark("its name says that it is plain text, and it is a packed file.")
        raise BadFile(file=file, reason=known_kind(data) or reason, remedy=_SAVE_AS)
    if packed:
        return str(read_apart("document", data, broken=_damaged(file)))
    if (kind := known_kind(data)) and not data.startswith(b"<"):  # a text may begin with any sign
        raise BadFile(file=file, reason=kind, remedy=_HAND_IN)
    return data.decode(encoding_of(data, file, remedy=_SAVE_AS)).replace("\r\n", "\n")


def parse_document(path: Path) -> str:
    """Return the text of a Word document. Raises `BadFile`; runs in a process of its own."""
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    require_harmless(path.read_bytes(), path.name, damaged=_damaged(path.name), remedy=_SAVE_AS)
    try:
        document: Any = Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError, SyntaxError):
        raise _damaged(path.name) from None
    return "\n".join(_lines(document.element.body))


def _lines(body: Any) -> Iterator[str]:
    """Yield the paragraphs of a part of a document, and the rows of its tables."""
    for block in body:
        if block.tag == f"{_WORD}tbl":
            for row in block.iterchildren(f"{_WORD}tr"):
                yield "\t".join(" ".join(_words(cell).split()) for cell in row.iterchildren(f"{_WORD}tc"))
        elif block.tag == f"{_WORD}p":
            yield _words(block)
        elif block.tag in {f"{_WORD}sdt", f"{_WORD}sdtContent"}:  # a control that holds paragraphs
            yield from _lines(block)


def _words(element: Any) -> str:
    """Return what is written in a part of a document, what tracked changes add to it too, and no picture's stand-in."""
    nodes = element.iter(f"{_WORD}t", *_SIGNS)
    return "".join(
        _SIGNS.get(node.tag) or node.text or "" for node in nodes if next(node.iterancestors(_FALLBACK), None) is None
    )


def _damaged(file: str) -> BadFile:
    return BadFile(file=file, reason=mark("the document is damaged, or it is no Word document."), remedy=_SAVE_AS)
