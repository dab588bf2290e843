"""Photos that somebody hands in: decoded in a process of its own, and made anew from their pixels alone.

The file may be anything. What it is, its content says and not its name: JPEG, PNG or WebP, and no other decoder looks
at it. What comes back holds nothing of the file but the pixels of its first picture, the right way up and reduced: no
place, date or device (EXIF, XMP), no colour profile, comment or preview, nothing that stood before or behind it.
"""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stations.intake.files.sandbox import read_apart
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.photos import MAX_BYTES, Photo

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 64_000_000
"""What telephones take at most, but for those that do so in files beyond `MAX_BYTES`; 200 MB of memory."""

LONGEST, LONGEST_SMALL = 1600, 320
"""Pixels of the longer side of what is kept; a smaller picture keeps its size."""

QUALITY = 85
"""Of the JPEG, from 1 to 95: beyond it files grow and nobody sees why."""

_ORIENTATION = 0x0112  # the EXIF tag
_SMALLER = mark("Make it smaller, then add it again.")
_TAKE = mark("Choose a photo as the camera took it: JPEG, PNG or WebP.")


def read_photo(data: bytes, file: str) -> Photo:
    """Return the photo in `data`, the content of an uploaded file called `file`.

    Raises
    ------
    BadFile
        It is empty, larger than `MAX_BYTES`, has more than `MAX_PIXELS` pixels, is damaged or cut off, is no JPEG, PNG
        or WebP, or takes more memory or time than is allowed.
    """
    if not data:
        raise BadFile(file=file, reason=mark("the file is empty."), remedy=_TAKE)
    if len(data) > MAX_BYTES:
        reason = _("it has {size} MB; a photo may have {limit}.").format(
            size=f"{len(data) / 1024**2:.1f}", limit=MAX_BYTES // 1024**2
        )
        raise BadFile(file=file, reason=reason, remedy=_SMALLER)
    made = read_apart("photo", data, broken=_damaged(file))
    content, thumbnail = (base64.b64decode(made[part]) for part in ("content", "thumbnail"))
    return Photo(content, thumbnail, made["width"], made["height"])


def parse_photo(path: Path) -> dict[str, Any]:
    """Return the picture at `path` made anew, as JSON can say it. Raises `BadFile`; runs in a process of its own."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(path, formats=FORMATS) as opened:
            flat = _upright(opened) if opened.width * opened.height <= MAX_PIXELS else None
    except UnidentifiedImageError:
        raise BadFile(file=path.name, reason=mark("it is no photo."), remedy=_TAKE) from None
    except Image.DecompressionBombError:
        flat = None
    except (OSError, SyntaxError, ValueError):
        raise _damaged(path.name) from None
    if flat is None:
        reason = _("it has more than {limit} million pixels.").format(limit=MAX_PIXELS // 1_000_000)
        raise BadFile(file=path.name, reason=reason, remedy=_SMALLER)
    flat.thumbnail((LONGEST, LONGEST))
    content, (width, height) = _jpeg(flat), flat.size
    flat.thumbnail((LONGEST_SMALL, LONGEST_SMALL))
    return {"content": content, "thumbnail": _jpeg(flat), "width": width, "height": height}


def _upright(opened: Image) -> Image:
    """Return the first picture of a file on white ground, the right way up: pixels, and nothing else of the file."""
    from PIL import Image, ImageOps

    orientation = opened.getexif().get(_ORIENTATION)
    opened.draft("RGB", (2 * LONGEST, 2 * LONGEST))  # a large JPEG is decoded at a half, a quarter or an eighth
    layers = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    flat = Image.new("RGB", layers.size, "white")
    flat.paste(layers, mask=layers if layers.mode == "RGBA" else None)
    if orientation in range(2, 9):
        flat.getexif()[_ORIENTATION] = orientation
        ImageOps.exif_transpose(flat, in_place=True)
    return flat


def _jpeg(picture: Image) -> str:
    written = BytesIO()
    picture.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return base64.b64encode(written.getvalue()).decode("ascii")


def _damaged(file: str) -> BadFile:
    return BadFile(file=file, reason=mark("the picture is damaged or cut off."), remedy=_TAKE)
