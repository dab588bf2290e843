"""Pictures for the tests: honest ones, and files that only say that they are."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 60), (30, 60, 200), (255, 255, 255)
GPS, MAKER, NOTE = 0x8825, 0x010F, 0x9286
SECRET = "Huainan-secret"
"""Stands in every part of `with_everything` that is not a pixel."""

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def corners(width: int = 400, height: int = 300) -> Image.Image:
    """Return a picture that is red at the upper left, green at the upper right, blue below."""
    made = Image.new("RGB", (width, height), BLUE)
    made.paste(RED, (0, 0, width // 2, height // 2))
    made.paste(GREEN, (width // 2, 0, width, height // 2))
    return made


def encoded(picture: Image.Image, form: str = "JPEG", **how: Any) -> bytes:
    written = BytesIO()
    picture.save(written, form, **how)
    return written.getvalue()


def with_everything() -> bytes:
    """Return a JPEG as telephones write it: place, device, comment, preview, profile, and a web page behind it."""
    exif = Image.Exif()
    exif[MAKER] = SECRET
    exif.get_ifd(GPS).update({1: "N", 2: (32.0, 37.0, 30.0), 3: "E", 4: (117.0, 1.0, 5.0), 29: SECRET})
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>{SECRET}</a></x:xmpmeta>'.encode()
    profile = b"\x00\x00\x02\x0clcms" + SECRET.encode() * 8
    made = encoded(corners(), exif=exif, xmp=xmp, comment=SECRET.encode(), icc_profile=profile, quality=95)
    return made + HTML + SECRET.encode()


def turned(orientation: int) -> bytes:
    """Return `corners` as a camera that is held otherwise stores it: to be looked at, it has to be turned."""
    back = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = corners() if back is None else corners().transpose(back)
    return encoded(stored, exif=exif, quality=95)


def png(*chunks: tuple[bytes, bytes], width: int = 8, height: int = 8, rows: bytes | None = None) -> bytes:
    """Return a PNG of these sizes in its header, with more chunks, and rows of pixels that need not fit."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = b"\x00" * ((width + 1) * height) if rows is None else rows
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def opened(content: bytes) -> Image.Image:
    made = Image.open(BytesIO(content))
    made.load()
    return made


def alike(one: Any, other: tuple[int, int, int]) -> bool:
    """Return whether two colours are the same but for what a JPEG makes of them."""
    return all(abs(left - right) < 25 for left, right in zip(one, other, strict=True))
