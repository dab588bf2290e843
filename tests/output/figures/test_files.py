"""A figure as a file: the same bytes each time, with the trace of how it was made, whatever the format."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from stations.output.figures import draw
from stations.output.traces import same_picture, trace_of
from tests.output.figures.test_sheet import town, with_gaps

if TYPE_CHECKING:
    from stations.output.figures import Format

TRACE = '{"made_by": "x", "text": "</dc:description><script>&amp;\\u9a7f"}'
FORMATS: tuple[Format, ...] = ("png", "svg", "pdf")


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_sheet_gives_the_same_bytes(kind: Format) -> None:
    once, again = (draw(with_gaps(3), kind=kind, dpi=72, trace=TRACE) for _time in range(2))
    assert once == again


@pytest.mark.parametrize("kind", FORMATS)
def test_a_trace_is_read_back_as_it_was_written(kind: Format) -> None:
    assert trace_of(draw(town(title="驿站 <&>"), kind=kind, dpi=72, trace=TRACE)) == TRACE


@pytest.mark.parametrize("kind", FORMATS)
def test_a_figure_without_a_trace_says_nothing(kind: Format) -> None:
    assert not trace_of(draw(town(), kind=kind, dpi=72))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "foreign"])
def test_a_damaged_file_says_nothing_or_what_it_said(kind: Format, damage: str) -> None:
    whole = draw(town(), kind=kind, dpi=72, trace=TRACE)
    damaged = {
        "cut": whole[:400],
        "flipped": whole[:200] + bytes(byte ^ 0x55 for byte in whole[200:600]) + whole[600:],
        "emptied": b"",
        "foreign": b"%PDF-1.4 nonsense",
    }[damage]
    assert trace_of(damaged) in {None, TRACE, ""}


def test_a_png_that_was_packed_anew_is_the_same_picture_and_one_pixel_makes_another() -> None:
    whole = draw(town(), dpi=72)
    pixels = np.asarray(Image.open(BytesIO(whole)).convert("RGBA")).copy()
    packed = BytesIO()
    Image.fromarray(pixels).save(packed, "PNG", compress_level=1)
    assert packed.getvalue() != whole
    assert same_picture(whole, packed.getvalue())
    pixels[5, 5, 0] ^= 1
    other = BytesIO()
    Image.fromarray(pixels).save(other, "PNG")
    assert not same_picture(whole, other.getvalue())
    assert not same_picture(whole, draw(town(), kind="svg"))
