"""The numbers of a text, in whatever notation they are written, with the limit that stands before or behind them.

Digits, full-width or not, with commas or spaces between the thousands (1,000, 1 000, ９８), with 百, 千, 万, 亿 behind
them (1.2万), Chinese numerals (九十八, 壹佰, 百余家), English words (ninety-eight, one hundred and two); two of them as
a range; a fraction in Chinese (三分之一) is a percentage. What each limit means is said in ``docs/number-check.md``,
and is what `Numeral.least` and `Numeral.most` come from.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import cn2an

from stations.intake.texts import uncounted

Bound = Literal["exactly", "at_least", "more_than", "at_most", "less_than", "nearly", "about", "between"]

TOLERANCE = 0.1
"""How far “about” and “nearly” may be from the number that is written, at most: a share of it."""

_BOUNDS: Mapping[Bound, tuple[str, ...]] = {
    "at_least": (
        *("不少于", "不低于", "不小于", "至少", "最少", "上", "余", "多", "来", "及以上", "以上"),
        *("at least", "no fewer than", "no less than", "not less than", "or more", "and more", "plus", "+"),
    ),
    "more_than": (
        *("超过", "突破", "超出", "多于", "高于", "大于", "逾", "超"),
        *("more than", "over", "above", "exceeding", "upwards of"),
    ),
    "at_most": (
        *("不超过", "不多于", "不高于", "不大于", "至多", "最多", "及以下", "以下", "以内", "之内"),
        *("at most", "up to", "no more than", "not more than", "or fewer", "or less"),
    ),
    "less_than": ("不足", "不到", "不满", "未满", "少于", "低于", "小于", "fewer than", "less than", "under", "below"),
    "nearly": ("将近", "接近", "近", "nearly", "almost", "close to"),
    "about": (
        *("大约", "约为", "大概", "约", "左右", "上下"),
        *("about", "around", "approximately", "some", "roughly"),
    ),
}
_BOUND_OF = {word: bound for bound, words in _BOUNDS.items() for word in words}
_BEHIND = ("及以上", "以上", "及以下", "以下", "以内", "之内", "左右", "上下")
_BEHIND_ENGLISH = ("or more", "and more", "or fewer", "or less", "plus", "+")
_MORE = ("余", "多", "来")
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ENGLISH: Mapping[str, int] = {
    **{word: number for number, word in enumerate([*_ONES, *_TEENS], start=1)},
    **{word: 10 * number for number, word in enumerate(_TENS, start=2)},
    "a": 1,
}
_POWERS = {"hundred": 100, "thousand": 1000}

_NUMERALS = "〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟廿"
_SCALES: Mapping[str, float] = {
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "亿": 100_000_000,
    "thousand": 1000,
    "million": 1_000_000,
}


def _any_of(words: tuple[str, ...] | list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _english() -> str:
    """Return the pattern of a number in English words; one by itself is none (one of them, a station)."""
    ones, teens, tens = (_any_of(words) for words in (_ONES, _TEENS, _TENS))
    small = rf"(?:(?:{tens})(?:[ -](?:{ones}))?|{teens}|{ones})\b"
    hundreds = rf"(?:(?:a|{ones})[ -]hundred\b(?:(?: and)? {small})?|{small})"
    thousands = rf"(?:a|{hundreds})[ -]thousand\b(?:(?: and|,)? {hundreds})?"
    return rf"(?!one\b(?![ -](?:hundred|thousand)\b))(?:{thousands}|{hundreds})"


def _number(name: str) -> str:
    """Return the pattern of one number; its groups are called by `name`."""
    return (
        rf"(?:(?<![\d])(?<!\d[.,])(?P<digits{name}>"
        r"(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3}){1,4}|\d{1,12})(?:\.\d{1,6})?"
        rf"(?!\d|,\d{{3}}(?!\d)|\.\d))"
        rf"(?:(?P<scale{name}>\s?[百千万亿]+(?:\d{{1,4}}[百千万]){{0,3}})|[ -](?P<power{name}>thousand|million)\b)?"
        rf"|(?<![{_NUMERALS}])(?P<numeral{name}>{uncounted.PATTERN}|[{_NUMERALS}]{{1,20}})(?![{_NUMERALS}])"
        rf"|\b(?P<word{name}>{_english()})\b)"
    )


_AMBIGUOUS = {"近": "(?<![附最邻])近", "约": "(?<![节预条签公合违履])约", "上": "上(?=[百千万])"}
_BEFORE = [word for word in _BOUND_OF if word not in (*_BEHIND, *_BEHIND_ENGLISH, *_MORE, *_AMBIGUOUS)]
_LIMITS = "|".join(
    [
        rf"(?<!\w)(?:{_any_of([word for word in _BEFORE if word.isascii()])})",
        _any_of([word for word in _BEFORE if not word.isascii()]),
        *_AMBIGUOUS.values(),
    ]
)
TIMES = ("倍", "番", "times")
"""Counters of what says how many times as many there are."""
_UNITS = _any_of(["个百分点", "人次", "percent", "per cent", *TIMES, *"个家处座所间名人条项次户%"])
_ONE = (
    rf"(?:(?P<limit>{_LIMITS})\s?|(?P<pair>\bbetween\s))?"
    rf"(?:(?P<whole>[{_NUMERALS}]{{1,6}}|\d{{1,3}})分之)?{_number('')}(?P<more>[余多来](?P<late>[百千万亿]*))?\s?(?P<counter>{_UNITS})?"
)
_TO = (
    rf"\s?(?:(?(pair)\band\b|(?:至|到|—{{1,2}}|[–~～〜-]|\bto\b|\bor\b|或)))\s?"
    rf"{_number('_to')}(?P<late_to>)\s?(?P<unit>{_UNITS})?"
)
_OVER = rf"\s?(?P<behind>{_any_of(_BEHIND)}|(?:{_any_of(_BEHIND_ENGLISH)})(?!\w))?"
_SINGLE, _FIGURE = (re.compile(part + _OVER, re.ASCII | re.IGNORECASE) for part in (_ONE, f"{_ONE}(?:{_TO})?"))
_NARROW = str.maketrans("０１２３４５６７８９．％（）＋’〔〕【】[]", "0123456789.%()+'()()()")
MONEY_UNITS = ("¥", "整", "元")
"""What may stand beside an amount of money."""
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_WIDE_THOUSANDS = re.compile(
    "(?<=[０-９])，(?=[０-９]{3}(?![０-９]))|(?<=[0-9])，(?=(?:[0-9]{3}，)*[0-9]{3}[余多]?[个家处座所间名人])"
)


@dataclass(frozen=True)
class Numeral:
    """A number in a text, at `start` to `end`: its value, of a range the lower end and `upper`, its limit, its counter.

    `decimals` are those that are written, of a number with 万 those of its last place (1.2万: −3). `rough` says that it
    is a fraction (三分之一), which people say of what is near it, too.
    """

    start: int
    end: int
    value: float
    upper: float | None
    bound: Bound
    unit: str
    decimals: int
    rough: bool = False

    @property
    def least(self) -> float:
        """The least number that agrees with what is written."""
        half = self._half
        return {
            "exactly": self.value - half,
            "at_least": self.value - half,
            "more_than": math.nextafter(self.value, math.inf),
            "at_most": -math.inf,
            "less_than": -math.inf,
            "nearly": self.value * (1 - TOLERANCE),
            "about": self.value - self._about,
            "between": self.value - half,
        }[self.bound]

    @property
    def most(self) -> float:
        """The greatest number that agrees with what is written."""
        below = math.nextafter(self.value, -math.inf)
        rounded = self.value + self._half
        return {
            "exactly": rounded,
            "at_least": math.inf,
            "more_than": math.inf,
            "at_most": rounded,
            "less_than": below,
            "nearly": self.value,
            "about": self.value + self._about,
            "between": self.upper if self.upper is not None else self.value,
        }[self.bound]

    @property
    def is_share(self) -> bool:
        """Whether it is a percentage."""
        return self.unit == "%"

    def covers(self, text: str) -> bool:
        """Return whether nothing but this number stands in a text."""
        return not text[: self.start].strip() and not text[self.end :].strip()

    def moved(self, by: int) -> Numeral:
        """Return the same number further on in a text."""
        return replace(self, start=self.start + by, end=self.end + by)

    @property
    def _half(self) -> float:
        """Half of the last place that is written, of what can only be given rounded: a share, a number in 万."""
        return 0.5 * 10.0**-self.decimals if self.is_share or self.decimals < 0 else 0.0

    @property
    def _about(self) -> float:
        """What “about” allows: half of the last place that is not 0, and no more than a tenth."""
        if self.is_share:
            return 10.0**-self.decimals
        step = 1
        while self.value and self.value % (step * 10) == 0:
            step *= 10
        return min(step / 2, self.value * TOLERANCE)


def narrowed(text: str) -> str:
    """Return a text of the same length with full-width digits and their signs as ASCII ones, all brackets round."""
    return _WIDE_THOUSANDS.sub(",", text).translate(_NARROW)


def numerals(text: str) -> Iterator[Numeral]:
    """Yield the numbers of a text that `narrowed` has made, in its order; whatever they count."""
    at = 0
    while match := _FIGURE.search(text, at):
        value, upper, unit = _value(match, ""), _value(match, "_to"), match["unit"] or match["counter"] or ""
        some = (
            uncounted.least_and_most(match["numeral"] or "") if unit and upper is None and not match["whole"] else None
        )
        if upper is not None and (value is None or upper <= value):  # 2021 to 98: no range, but two numbers
            match = _SINGLE.match(text, match.start()) or match
            upper, unit = None, match["counter"] or ""
        at = match.end()
        value = some[0] if some else value
        if value is not None:
            start = match.start("limit") if match["limit"] else _start(match)
            end = match.start() + len(match[0].rstrip())
            bound = _bound(match) if upper is None else "between"
            unit = unit.lower().replace("percent", "%").replace("per cent", "%")
            number = _of_a_whole(Numeral(start, end, value, upper, bound, unit, _decimals(match)), match)
            yield _limited(number, some[1]) if some else number


def _limited(number: Numeral, most: int) -> Numeral:
    """Return a number that nobody has counted with its limit: 至少几十个 is at least 20."""
    if number.bound in {"at_least", "more_than"}:
        return number
    if number.bound in {"at_most", "less_than"}:
        return replace(number, value=most)
    return replace(number, upper=most, bound="between")


def _of_a_whole(number: Numeral, match: re.Match[str]) -> Numeral:
    """Return a number behind 三分之 or 百分之 as the percentage that it is; any other unchanged."""
    try:
        whole = from_chinese(_begun(match["whole"])) if match["whole"] else 0.0
    except ValueError:
        whole = 0.0
    if not whole or number.upper is not None or number.value > whole:
        return number
    share, rough = round(100 * number.value / whole, 2), whole != 100
    start = match.start("limit") if match["limit"] else match.start("whole")
    return replace(number, start=start, value=share, unit="%", decimals=2 if rough else number.decimals, rough=rough)


def _start(match: re.Match[str]) -> int:
    return next(match.start(name) for name in ("digits", "numeral", "word") if match[name])


def _value(match: re.Match[str], name: str) -> float | None:
    """Return the number that is written; ``None`` for none, or an odd one."""
    if word := match[f"word{name}"]:
        return from_english(word)
    late = match[f"late{name}"] or ""
    numeral, digits = match[f"numeral{name}"], match[f"digits{name}"]
    try:
        if numeral:
            return from_chinese(_begun(numeral + late))
        return _scaled(digits, (match[f"scale{name}"] or "") + late, match[f"power{name}"]) if digits else None
    except ValueError:
        return None


def _begun(numeral: str) -> str:
    """Return a numeral that begins with a power of ten as one that has so many of it: 百余 is 一百余."""
    return f"一{numeral}" if numeral[0] in "百千万亿佰仟" else numeral


def _scaled(digits: str, scale: str, power: str | None) -> float:
    """Return a number in digits with what stands behind it: 1.2万, 1万2千, 1.2 million."""
    number, behind = re.sub(r"[,\s]", "", digits), scale.strip()
    if any(each.isdecimal() for each in behind):
        return from_chinese(number + behind)
    scales = [_SCALES[each] for each in behind] + ([_SCALES[power.lower()]] if power else [])
    return round(float(number) * math.prod(scales), 6)


def alone(text: str, *units: str) -> float:
    """Return the number that a text is and nothing more, in any notation (1,200,000; 120万; 一百二十万); else NaN.

    Any of the `units` may stand before or behind it (¥20,000; 2万元).
    """
    words = unicodedata.normalize("NFKC", text).strip()
    for unit in units:
        words = words.removeprefix(unit).removesuffix(unit)
    words = _THOUSANDS.sub("", words.strip())
    try:
        return float(words) if "_" not in words else math.nan
    except ValueError:
        match list(numerals(words)):
            case [number] if number.covers(words) and number.bound == "exactly" and not number.unit:
                return number.value if words[0] not in "百千万亿佰仟" else math.nan  # a number was left out before it
            case _:
                return math.nan


def from_chinese(text: str) -> float:
    """Return the number that Chinese numerals say, digits among them too. Raises `ValueError` where they say none."""
    try:
        return float(cn2an.cn2an(text, "smart"))
    except LookupError as error:  # the library's answer to some that are put together oddly: 十亿万
        raise ValueError(text) from error


def from_english(text: str) -> float:
    """Return the number that English words say: one hundred and two."""
    total = part = 0
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _POWERS:
            part *= _POWERS[word]
            total, part = (total + part, 0) if word == "thousand" else (total, part)
        else:
            part += _ENGLISH.get(word, 0)  # and
    return float(total + part)


def _decimals(match: re.Match[str]) -> int:
    """Return how many decimals a number is written with; fewer than none where 万 or the like stands behind one."""
    written = len((match["digits"] or "").partition(".")[2])
    scale = (match["scale"] or "").strip() if not match["more"] else ""
    if not written or not scale:
        return written if match["digits"] and not scale else 0
    return min(0, written - round(math.log10(math.prod(_SCALES.get(each, 1) for each in scale))))


def _bound(match: re.Match[str]) -> Bound:
    if re.match("a ", match["word"] or "", re.IGNORECASE) and not match["limit"]:
        return "about"  # a hundred stations: nobody has counted
    words = (match["limit"], match["behind"], match["more"] and match["more"][0])
    return next((_BOUND_OF[word.lower()] for word in words if word), "exactly")
