"""A figure as a file, with the trace of how it was made in it, which `stations.output.traces` reads back."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from PIL.PngImagePlugin import PngInfo, putchunk

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from stations.output.traces import Format

DRAWN_WITH = f"matplotlib {mpl.__version__}"
"""What draws: another version may draw otherwise."""

_PNG = b"\x89PNG\r\n\x1a\n"
_METRES_PER_INCH = 0.0254
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
    pixels = np.asarray(canvas.buffer_rgba())
    height, width, _channels = pixels.shape
    rows = np.empty((height, 1 + 3 * width), np.uint8)
    rows[:, 0] = 0  # a row begins with its filter: none
    for colour in range(3):  # one after the other: a quarter of the time of all together
        rows[:, 1 + colour :: 3] = pixels[..., colour]
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
