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
_MOST = 1_000_000
_IN_PAGE = re.compile(rb'<meta name="' + NAME.encode() + rb'" content="([^"]*)">')
_IN_DRAWING = re.compile(rb"<dc:description>([^<]*)</dc:description>")
_IN_DOCUMENT = re.compile(rb"<dc:description[^>]*>([^<]*)</dc:description>")
_STRUCTURED = (b"PK", b"%PDF-", b"\x89PNG")
_COMMAND = module("stations.output.traces_child")


def said_in_page(trace: str) -> str:
    """Return the element that keeps a trace in the head of an HTML page; nothing for an empty one."""
    return f'<meta name="{NAME}" content="{html.escape(trace)}">' if trace else ""


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
        pattern, text = _IN_DOCUMENT, _properties(content)
    found = pattern.search(text)
    return html.unescape(found[1].decode("utf-8", "replace")) if found else None


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


def _properties(content: bytes) -> bytes:
    try:
        require_harmless(content, "", damaged=broken_down(""), remedy="")
        with ZipFile(BytesIO(content)) as book, book.open(_PROPERTIES) as part:
            return part.read(_MOST)
    except (BadZipFile, KeyError, OSError, RuntimeError, ValueError, EOFError, zlib.error):
        return b""


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
