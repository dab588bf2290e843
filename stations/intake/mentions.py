"""The figures a Chinese text states about the network, and what each of them counts: words in, `Mention` out.

A text is read clause by clause. A figure is a number, in digits or Chinese numerals, full-width or not, with a counter
(98个, 五家), with 余 or 多 behind it (1000余家) or a limit before it (不少于50个). What it counts is said by the words
of the vocabulary before it in its clause, or behind it where there are none; a part (其中省级6个) counts what its
sentence speaks of. Days, spans of time, distances and sums of money are no figures of the network: not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import cn2an

from stations.model.city import City
from stations.model.schema import Kind
from stations.model.vocabulary import BaseKind, Term, Tier, folded

Bound = Literal["exactly", "at_least", "at_most", "about"]
Change = Literal["added", "delisted", "upgraded"]

_WIDE = {ord(wide): narrow for wide, narrow in zip("０１２３４５６７８９．％（）", "0123456789.%()", strict=True)}
_SENTENCE = re.compile(r"[。；;！？!?\n]")
_CLAUSE = re.compile(r"[，、：]|,(?!\d{3})")
_FIGURE = re.compile(
    r"(?P<limit>不少于|至少|超过|突破|不足|不到|最多|大约|将近|接近|约|近|超)?"
    r"(?:(?P<digits>\d{1,3}(?:,\d{3}){1,3}(?![\d,])|\d{1,12}(?!\d)(?:\.\d{1,6})?)(?P<scale>[百千万亿]*)"
    r"|(?P<numeral>[〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+))"
    r"(?P<more>余|多)?(?P<unit>[个家处座所间]|名|人|条|项|次|%)?(?P<over>以上|以下|左右)?"
)
_NO_FIGURE = re.compile(
    r"\s*(?:年|月|日|号|时|点|小时|分钟|天|周|届|元|万元|米|公里|千米|平方|里|期|版|级|类|星|点?\d)"
)
_OF_WHICH = re.compile("[中里有]")
_BOUNDS: Mapping[str, Bound] = {
    **dict.fromkeys(("不少于", "至少", "超过", "突破", "超", "以上"), "at_least"),
    **dict.fromkeys(("不足", "不到", "最多", "近", "将近", "接近", "以下"), "at_most"),
    **dict.fromkeys(("约", "大约", "左右"), "about"),
}
SHOWN = 40
"""Characters of its clause that are shown before and behind a figure."""

_CHANGES: tuple[Change, ...] = ("added", "delisted", "upgraded")
_SCALES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_COUNTED = ("", *"个家处座所间")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "station": ("驿站", "服务站点", "劳动者服务站", "站点"),
    "base": ("阵地", "活动基地", "服务基地"),
    "added": ("新增", "新建", "新设", "增设", "新建成"),
    "delisted": ("摘牌", "撤销", "关闭", "撤并"),
    "upgraded": ("升级", "晋升", "晋级"),
    "in_use": ("投入使用", "在用", "正常运行", "正常开放", "投用"),
    "part": ("其中", "当中", "包括", "含"),
    "city": ("全市", "全域"),
}
_TIERS: Mapping[Tier, tuple[str, ...]] = {
    Tier.NATIONAL: ("全国最美", "全国级", "国家级"),
    Tier.PROVINCIAL: ("省级", "全省最美", "省最美"),
    Tier.MUNICIPAL: ("市级", "全市最美", "市最美"),
    Tier.NONE: ("普通",),
}


class Said(NamedTuple):
    """A word that says what is counted: which list it is of, and which one there."""

    what: str
    which: str


@dataclass(frozen=True)
class Mention:
    """A figure in a text. `start` and `end` are its place there; `words` is what stands around it in its clause.

    `kind` is what is counted, ``None`` where the text does not say or names something else. `place` is the adcode of a
    division or the code of a union, ``None`` for the city. `whole` is the place in the list of the figure that this one
    is a part of.
    """

    start: int
    end: int
    words: str
    value: float
    bound: Bound
    unit: str
    kind: Kind | None = None
    tier: Tier | None = None
    base_kind: BaseKind | None = None
    place: str | None = None
    change: Change | None = None
    in_use: bool = False
    whole: int | None = None


class _Clause(NamedTuple):
    start: int
    text: str


def mentions(text: str, city: City) -> list[Mention]:
    """Return the figures of a text, in its order.

    Parameters
    ----------
    text
        What was pasted or uploaded, of any length. Nothing of it is run or looked up.
    city
        Whose divisions and unions may be named.
    """
    plain, known = text.translate(_WIDE), _Known(city)
    found: list[Mention] = []
    for sentence in _pieces(_Clause(0, plain), _SENTENCE):
        whole: int | None = None  # the last figure of the sentence that is no part of another
        for clause in _pieces(sentence, _CLAUSE):
            for mention, said, bare in _figures(clause, known):
                counted = _counting(mention, said, found[whole] if whole is not None else None, bare=bare)
                if whole is not None and counted.kind and _is_part(counted, found[whole], said):
                    counted = _as_part(counted, found[whole], whole)
                elif counted.kind:
                    whole = len(found)
                found.append(counted)
    return found


def _pieces(of: _Clause, border: re.Pattern[str]) -> Iterator[_Clause]:
    """Yield what lies between the borders of a text, with the place where it begins."""
    at = 0
    for mark in [*border.finditer(of.text), None]:
        end = mark.start() if mark else len(of.text)
        if of.text[at:end].strip():
            yield _Clause(of.start + at, of.text[at:end])
        at = mark.end() if mark else end


class _Known:
    """The words that say what is counted, the city's places among them; of two that begin together, the longer."""

    def __init__(self, city: City) -> None:
        words = {word: Said(what, what) for what, named in _WORDS.items() for word in named}
        words |= {word: Said("tier", tier.value) for tier, named in _TIERS.items() for word in named}
        words |= {word: Said("base_kind", kind.value) for kind in BaseKind for word in _names_of(kind)}
        places = {name: code for name, code in city.division_names.items() if not name.isdigit()}
        places |= {name: union.code for name, union in city.zone_names.items()}
        words |= {name: Said("place", code) for name, code in places.items() if len(name) > 1}
        words |= {folded(name): Said("city", city.adcode) for name in city.own_names if len(name) > 1}
        self._words = words
        self._any = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))

    def in_text(self, text: str) -> dict[str, str]:
        """Return what a piece of text says, by list; of several of one list the last."""
        return {said.what: said.which for said in (self._words[match[0]] for match in self._any.finditer(text))}


def _names_of(kind: Term) -> tuple[str, ...]:
    """Return what a text may call bases of this kind; 其他 says nothing."""
    return () if kind is BaseKind.OTHER else tuple(name for name in (kind.zh, *kind.aliases) if len(name) > 2)


def _figures(clause: _Clause, known: _Known) -> Iterator[tuple[Mention, Mapping[str, str], bool]]:
    """Yield the figures of a clause, what is said of each, and whether nothing stands between it and the next."""
    figures = [(match, value) for match in _FIGURE.finditer(clause.text) if (value := _value(match)) is not None]
    after = 0
    for number, (match, value) in enumerate(figures):
        until = figures[number + 1][0].start() if number + 1 < len(figures) else len(clause.text)
        before, behind = clause.text[after : match.start()], clause.text[match.end() : until]
        after = match.end()
        words = clause.text[max(0, match.start() - SHOWN) : match.end() + SHOWN].strip()
        place = clause.start + match.start(), clause.start + match.end()
        mention = Mention(*place, words, value, _bound(match), match["unit"] or "")
        yield mention, _said(known, before, behind), not behind.strip()


def _said(known: _Known, before: str, behind: str) -> dict[str, str]:
    """Return what is said of a figure: before it; what is missing there, behind it."""
    own = known.in_text(before)
    names = {"station", "base", "base_kind", "tier"}
    return own if names & own.keys() else known.in_text(_OF_WHICH.split(behind)[0]) | own


def _counting(mention: Mention, said: Mapping[str, str], whole: Mention | None, *, bare: bool) -> Mention:
    """Return a mention with what it counts: by its own words, or by those of its sentence where it is a part."""
    base_kind = BaseKind(said["base_kind"]) if "base_kind" in said else None
    kind: Kind | None = "base" if base_kind or "base" in said else "station" if "station" in said else None
    change = next((change for change in _CHANGES if change in said), None)
    tier = Tier(said["tier"]) if "tier" in said else None
    place = said.get("place")
    if kind is None and whole and (tier or change or (place and bare) or "part" in said):
        kind = whole.kind
    if kind is None or mention.unit not in _COUNTED:
        return mention
    return replace(
        mention, kind=kind, tier=tier, base_kind=base_kind, place=place, change=change, in_use="in_use" in said
    )


def _is_part(mention: Mention, whole: Mention, said: Mapping[str, str]) -> bool:
    """Return whether a figure is one of those that the whole of its sentence is made up of."""
    pairs = [(getattr(mention, name), getattr(whole, name)) for name in ("tier", "base_kind", "place", "change")]
    if mention.kind != whole.kind or "city" in said or any(own and its and own != its for own, its in pairs):
        return False
    return "part" in said or any(own and not its for own, its in pairs)


def _as_part(mention: Mention, whole: Mention, number: int) -> Mention:
    """Return a part with what the whole says of all its parts."""
    return replace(
        mention,
        tier=mention.tier or whole.tier,
        base_kind=mention.base_kind or whole.base_kind,
        place=mention.place or whole.place,
        change=mention.change or whole.change,
        in_use=mention.in_use or whole.in_use,
        whole=number,
    )


def _value(match: re.Match[str]) -> float | None:
    """Return the number that is written; ``None`` for a day, an amount, an ordinal, an article."""
    text, before = match.string, match.string[max(0, match.start() - 8) : match.start()]
    if before.endswith(("第", "-", "—", "GB", "GB ", ".", "(")) or _NO_FIGURE.match(text, match.end()):
        return None
    if match["digits"]:
        number = float(match["digits"].replace(",", ""))
        for scale in match["scale"]:
            number *= _SCALES[scale]
        return number if match["unit"] or match["more"] or _is_stated(before) else None
    if match["unit"] is None or match["numeral"] == "一":  # 一流, 四级, 一个: words, not figures
        return None
    try:
        return float(cn2an.cn2an(match["numeral"], "smart"))
    except ValueError:
        return None


def _is_stated(before: str) -> bool:
    """Return whether a number without a counter is one all the same: 站点数量达98."""
    return re.search(r"(?:数|数量|总数|总量|共|共计|达|达到|为|有)\s*$", before) is not None


def _bound(match: re.Match[str]) -> Bound:
    if match["more"]:
        return "at_least"
    return next((_BOUNDS[word] for word in (match["limit"], match["over"]) if word), "exactly")
