"""How a file was made, told in the file itself: how it is read back from a picture, a document or a page.

Whatever such a file says is hostile. One whose structure has to be understood first is read in a process of its own
(`stations.model.apart`); the rest is searched for the words between which it tells.
"""

from __future__ import annotations

import html
import json
import re
import zlib
from hashlib import sha256
from io import BytesIO
from typing import Any, Literal, get_args
from zipfile import BadZipFile, ZipFile

from stations.model.apart import broken_down, module, run_apart
from stations.model.packed import require_harmless

NAME = "station-atlas"
Format = Literal["png", "svg", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)
MOST_PIXELS = 10_000
"""Along one side of a picture that is read."""

_PROPERTIES = "docProps/core.xml"
_DOCUMENT = "word/document.xml"
_MOST, _MOST_WORDS = 1_000_000, 100_000_000
_WORDS = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_IN_PAGE = re.compile(rb'<meta name="' + NAME.encode() + rb'" content="([^"]*)">')
_IN_DRAWING = re.compile(rb"<dc:description>([^<]*)</dc:description>")
_IN_DOCUMENT = re.compile(rb"<dc:description[^>]*>([^<]*)</dc:description>")
_STRUCTURED = (b"PK", b"%PDF-", b"\x89PNG")
_COMMAND = module("stations.output.traces_child")


def said_in_page(trace: str) -> str:
    """Return the element that keeps a trace in the head of an HTML page; nothing for an empty one."""
    return f'<meta name="{NAME}" content="{html.escape(trace)}">' if trace else ""


def with_words(trace: str, unsaid: bytes) -> str:
    """Return the trace of a document or a page that says, too, what its words are; `unsaid` is the file without it."""
    return json.dumps({**json.loads(trace), "words": words_of(unsaid)}, sort_keys=True) if trace else ""


def format_of(content: bytes) -> Format | None:
    """Return what kind of picture it is, whatever its name says; ``None`` for any other file."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"%PDF-"):
        return "pdf"
    return "svg" if b"<svg" in content[:1000] else None


def read_trace(content: bytes, *, name: str) -> str | None:
    """Return the trace in a file called `name`; ``None`` where there is none.

    Raises `BadFile` where it takes more memory or time to read than is allowed.
    """
    return _apart("trace", content, name) if content.startswith(_STRUCTURED) else trace_of(content)


def read_words(content: bytes, *, name: str) -> str | None:
    """Return a digest of the words that stand in a document or a page now, see `words_of`. Raises as `read_trace`."""
    return _apart("words", content, name) if content.startswith(_STRUCTURED) else words_of(content)


def same_picture(one: bytes, other: bytes) -> bool:
    """Return whether a file that was handed in shows the same as ours: the same bytes, or, of PNG, the same pixels.

    Raises `BadFile` as `read_trace` does.
    """
    if one == other:
        return True
    if format_of(one) != "png" or format_of(other) != "png":
        return False
    return bool(_apart("pixels", one, "") == pixels_of(other))


def _apart(what: str, content: bytes, name: str) -> Any:
    with run_apart(_COMMAND, content, [what], broken=broken_down(name)) as output:
        return json.load(output)


# ---- in a process of its own


def trace_of(content: bytes) -> str | None:
    """Return the trace in a picture, a Word file, a workbook or a page; ``None`` where there is none."""
    kind = format_of(content)
    if kind == "pdf":
        return _in_pdf(content)
    if kind == "png":
        return _in_png(content)
    pattern, text = (_IN_DRAWING, content) if kind == "svg" else (_IN_PAGE, content[:_MOST])
    if content.startswith(b"PK"):
        pattern, text = _IN_DOCUMENT, _part(content, _PROPERTIES, _MOST) or b""
    found = pattern.search(text)
    return html.unescape(found[1].decode("utf-8", "replace")) if found else None


def words_of(content: bytes) -> str | None:
    """Return a digest of the words of a Word file, of the cells of a workbook, or of a whole page but its trace.

    How a program divides or formats the words is left out: who opens a file and saves it again changes nothing.
    """
    if not content.startswith(b"PK"):
        return sha256(_IN_PAGE.sub(b"", content, count=1)).hexdigest()
    if (document := _part(content, _DOCUMENT, _MOST_WORDS)) is not None:
        said = html.unescape("".join(_WORDS.findall(document.decode("utf-8", "replace"))))
        return sha256("".join(said.split()).encode()).hexdigest()
    return _cells(content)


def _cells(content: bytes) -> str | None:
    from openpyxl import load_workbook

    try:
        require_harmless(content, "", damaged=broken_down(""), remedy="")
        book = load_workbook(BytesIO(content), read_only=True)
        cells = [(sheet.title, *map(str, row)) for sheet in book for row in sheet.iter_rows(values_only=True)]
    except (BadZipFile, KeyError, OSError, RuntimeError, ValueError, EOFError, TypeError, AttributeError, zlib.error):
        return None
    return sha256(repr(cells).encode("utf-8", "backslashreplace")).hexdigest()


def _in_pdf(content: bytes) -> str | None:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        about = PdfReader(BytesIO(content)).metadata
        return about.subject if about else None
    except (PyPdfError, OSError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return None  # damaged: as if it said nothing


def _in_png(content: bytes) -> str | None:
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as picture:
            said = picture.info.get("Description")
            return said if isinstance(said, str) else None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _part(content: bytes, name: str, most: int) -> bytes | None:
    """Return the first bytes of a part of a packed file; ``None`` where it has none of that name."""
    try:
        require_harmless(content, "", damaged=broken_down(""), remedy="")
        with ZipFile(BytesIO(content)) as book, book.open(name) as part:
            return part.read(most)
    except (BadZipFile, KeyError, OSError, RuntimeError, ValueError, EOFError, zlib.error):
        return None


def pixels_of(content: bytes) -> str | None:
    """Return a digest of the pixels of a PNG and its size; ``None`` where it has none, or too many."""
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as picture:
            if max(picture.size) > MOST_PIXELS:
                return None
            return sha256(repr(picture.size).encode() + picture.convert("RGBA").tobytes()).hexdigest()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
