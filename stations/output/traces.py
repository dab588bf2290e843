"""How a document or a page was made, told in the file itself: what is written, and how it is read back."""

from __future__ import annotations

import html
import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

NAME = "station-atlas"
_PROPERTIES = "docProps/core.xml"
_MOST = 1_000_000
_IN_PAGE = re.compile(rb'<meta name="' + NAME.encode() + rb'" content="([^"]*)">')
_IN_DOCUMENT = re.compile(rb"<dc:description[^>]*>([^<]*)</dc:description>")


def said_in_page(trace: str) -> str:
    """Return the element that keeps a trace in the head of an HTML page; nothing for an empty one."""
    return f'<meta name="{NAME}" content="{html.escape(trace)}">' if trace else ""


def document_trace(content: bytes) -> str | None:
    """Return the trace in a Word file, a workbook or a page; ``None`` where there is none. What it says is hostile."""
    packed = content.startswith(b"PK")
    found = _IN_DOCUMENT.search(_properties(content)) if packed else _IN_PAGE.search(content[:_MOST])
    return html.unescape(found[1].decode("utf-8", "replace")) if found else None


def _properties(content: bytes) -> bytes:
    try:
        with ZipFile(BytesIO(content)) as book, book.open(_PROPERTIES) as part:
            return part.read(_MOST)
    except (BadZipFile, KeyError, OSError, RuntimeError, ValueError, EOFError, zlib.error):
        return b""  # damaged: as if it said nothing
