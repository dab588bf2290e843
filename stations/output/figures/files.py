"""A figure as a file, with the trace of how it was made in it: what is written, and how it is read back."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal, get_args

import matplotlib as mpl
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo
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
    """Write the pixels as matplotlib does, in half the time: paper lets nothing shine through, and colours are flat."""
    canvas: Any = figure.canvas  # matplotlib is typed in part
    canvas.draw()
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    about = PngInfo()
    for name, text in said.items():
        about.add_text(name, text)
    pixels.save(page, "PNG", dpi=(figure.dpi, figure.dpi), pnginfo=about, compress_type=zlib.Z_RLE)


def format_of(content: bytes) -> Format | None:
    """Return what kind of file it is, whatever its name says; ``None`` for any other."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
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
