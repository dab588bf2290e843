"""An angle in a cell of its own, as people copy it from a map or a receiver: 117°01′06″, 东经117度1分6秒, 117 1 6 E."""

from __future__ import annotations

import re
import unicodedata

SIGNS = str.maketrans({**dict.fromkeys("º˚", "°"), **dict.fromkeys("″”“", '"'), **dict.fromkeys("′’‘", "'")})
"""The three signs of an angle for all that stand for them."""

_WORDS = {"度": "°", "分": "'", "秒": '"'}
_PART = r"(\d{1,2}(?:\.\d+)?)"
_SIDE = r"(?:[东西南北][经纬]|[经纬]度|longitude|latitude|lon|lng|lat|[EN])"
_ANGLE = re.compile(
    rf"(?:{_SIDE}\s*[:=]?\s*)?(\d{{1,3}}(?:\.\d+)?)\s*°?"
    rf"(?:(?<=°)\s*{_PART}\s*'(?:\s*{_PART}\s*(?:\"|'')?)?|[ :]\s*{_PART}[ :]\s*{_PART})?\s*[EN]?",
    re.IGNORECASE,
)


def plainly(text: str) -> str:
    """Return a text in plain figures and letters, with the three signs of an angle for all that stand for them."""
    words = unicodedata.normalize("NFKC", text.translate(SIGNS)).translate(SIGNS)
    return re.sub(r"(?<=\d)[度分秒]", lambda found: _WORDS[found[0]], words)


def degrees(text: str) -> float | None:
    """Return the degrees of an angle east or north, rounded to 9 decimals (0.1 mm); ``None`` for any other text."""
    found = _ANGLE.fullmatch(plainly(text).strip())
    if found is None:
        return None
    whole, *parts = found.groups()
    minutes, seconds = (float(signed or spaced or 0) for signed, spaced in zip(parts[:2], parts[2:], strict=True))
    if max(minutes, seconds) >= 60 or (any(parts) and "." in whole):
        return None
    return round(float(whole) + minutes / 60 + seconds / 3600, 9)
