"""A figure as a file, with the trace of how it was made in it: what is written, and how it is read back."""

from __future__ import annotations

import html
import re
import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal, get_args

import matplotlib as mpl
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo, putchunk
from pypdf import PdfReader
from pypdf.errors import PyPdfError

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

Format = Literal["png", "svg", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)
DRAWN_WITH = f"matplotlib {mpl.__version__}"
"""What draws: another version may draw otherwise."""
MOST_PIXELS = 10_000
"""Along one side of a picture that is read."""

_PNG = b"\x89PNG\r\n\x1a\n"
_METRES_PER_INCH = 0.0254
_DESCRIPTION = re.compile(rb"<dc:description>([^<]*)</dc:description>")
mpl.rcParams["svg.hashsalt"] = "station-atlas"  # names inside an SVG are the same each time
mpl.rcParams["pdf.fonttype"] = 3  # letters that can be searched and copied


def written(figure: Figure, kind: Format, *, title: str, trace: str) -> bytes:
    """Return a figure as PNG, SVG or PDF, without the time at which it was made."""
    said = {"Title": title, "Description": trace} if trace else {}
    page = BytesIO()
    if kind == "png":
        _write_png(page, figure, said)
        return page.getvalue()
    metadata = {
        "svg": {**said, "Date": None, "Creator": None},
        "pdf": {**({"Title": title, "Subject": trace} if trace else {}), "Creator": None, "Producer": None}
        | {"CreationDate": None},
    }[kind]
    figure.savefig(page, format=kind, dpi=figure.dpi, metadata=metadata)
    return page.getvalue()


def _write_png(page: BytesIO, figure: Figure, said: Mapping[str, str]) -> None:
    """Write the pixels as they are: paper lets nothing shine through, and colours are flat.

    Pillow tries five filters on every row: for flat colours the file grows, and it takes almost three times as long.
    """
    canvas: Any = figure.canvas  # matplotlib is typed in part
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    height, width, _colours = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # a row begins with its filter: none
    rows[:, 1:].reshape(height, width, 3)[:] = pixels
    about, dots = PngInfo(), round(figure.dpi / _METRES_PER_INCH)
    for name, text in said.items():
        about.add_text(name, text)
    page.write(_PNG)
    putchunk(page, b"IHDR", struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0))
    putchunk(page, b"pHYs", struct.pack(">2IB", dots, dots, 1))
    for kind, told, *_place in about.chunks:
        putchunk(page, kind, told)
    putchunk(page, b"IDAT", zlib.compress(rows.data, 1))
    putchunk(page, b"IEND", b"")


def format_of(content: bytes) -> Format | None:
    """Return what kind of file it is, whatever its name says; ``None`` for any other."""
    if content.startswith(_PNG):
        return "png"
    if content.startswith(b"%PDF-"):
        return "pdf"
    return "svg" if b"<svg" in content[:1000] else None


def trace_of(content: bytes) -> str | None:
    """Return the trace in a file that `written` made; ``None`` where there is none. Whatever it says is hostile."""
    kind = format_of(content)
    if kind == "svg":
        found = _DESCRIPTION.search(content)
        return html.unescape(found[1].decode("ascii", "replace")) if found else None
    try:
        if kind == "pdf":
            about = PdfReader(BytesIO(content)).metadata
            return about.subject if about else None
        if kind == "png":
            with Image.open(BytesIO(content), formats=["PNG"]) as picture:
                said = picture.info.get("Description")
                return said if isinstance(said, str) else None
    except (PyPdfError, OSError, ValueError, KeyError, SyntaxError, RecursionError, Image.DecompressionBombError):
        return None  # damaged: as if it said nothing
    return None


def same_picture(one: bytes, other: bytes) -> bool:
    """Return whether two files show the same: the same bytes, or, of PNG, the same pixels."""
    if one == other:
        return True
    if format_of(one) != "png" or format_of(other) != "png":
        return False
    pixels, others = _pixels(one), _pixels(other)
    return pixels is not None and others is not None and np.array_equal(pixels, others)


def _pixels(content: bytes) -> NDArray[np.uint8] | None:
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as picture:
            if max(picture.size) > MOST_PIXELS:
                return None
            return np.asarray(picture.convert("RGBA"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
