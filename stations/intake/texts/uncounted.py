"""Numbers that nobody has counted, 几十, 数百, 十几, 百几十, 七八, 三四十: the least and the most that they mean."""

from __future__ import annotations

import re

_DIGITS = {letter: value for value, letter in enumerate("一二三四五六七八九", start=1)} | {"两": 2}
_SCALES = {
    "十万": 100_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "亿": 100_000_000,
}
_DIGIT, _SCALE = f"[{''.join(_DIGITS)}]", "|".join(_SCALES)
_SEVERAL = rf"(?:几|(?<![总站点量人])数)(?:{_SCALE})"
_TEENS, _TENS = rf"{_DIGIT}?十几", rf"{_DIGIT}?百几十"
_EITHER = rf"(?:{_DIGIT}?十)?{_DIGIT}{_DIGIT}(?:{_SCALE})?"
PATTERN = f"{_SEVERAL}|{_TENS}|{_TEENS}|{_EITHER}"
"""What may be such a number; `least_and_most` says whether it is."""
_PARTS = re.compile(rf"(?P<tens>{_DIGIT}?十)?(?P<low>{_DIGIT})(?P<high>{_DIGIT})(?P<scale>{_SCALE})?")


def least_and_most(text: str) -> tuple[int, int] | None:
    """Return the least and the most that words mean, 20 and 99 of 几十; ``None`` where they are no such number."""
    if re.fullmatch(rf"[几数](?:{_SCALE})", text):
        return 2 * _SCALES[text[1:]], 10 * _SCALES[text[1:]] - 1
    if text.endswith("十几"):
        tens = 10 * _DIGITS.get(text[0], 1)
        return tens + 1, tens + 9
    if text.endswith("百几十"):
        hundreds = 100 * _DIGITS.get(text[0], 1)
        return hundreds + 20, hundreds + 99
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    low, high = _DIGITS[found["low"]], _DIGITS[found["high"]]
    if high != low + 1 and (low, high) != (3, 5):  # 三八, 九八: no two that stand for each other
        return None
    scale, tens = _SCALES.get(found["scale"] or "", 1), 0
    if found["tens"]:
        tens = 10 * _DIGITS.get(found["tens"][0], 1)
    return (tens + low) * scale, (tens + high) * scale
