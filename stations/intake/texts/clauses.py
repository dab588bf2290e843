"""The numbers of a sentence that are figures, each with the words around it that say what it counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from stations.intake.texts.counted_words import CountedWords, Said, by_list
from stations.intake.texts.numerals import TIMES, Numeral, numerals
from stations.intake.texts.scopes import Scope
from stations.intake.texts.stated_days import StatedDay, is_within
from stations.intake.texts.unread import unread
from stations.model.schema import Kind

Words = Mapping[str, str]
"""What is said, by list (`counted_words`): which word there."""

SHOWN = 40
"""Characters of its clause that are shown before and behind a figure."""

_CLAUSE = re.compile(
    r"[，、：；;\t]|(?<!\d),|,(?!\d{3}(?!\d))|(?<![A-Za-z])\((?=[^()]{0,20}\d)|(?<=[个家处座所间%\d])\)"
)
_HAN = re.compile("[\u4e00-\u9fff]")
_NO_FIGURE = re.compile(
    r"\s*(?:年|月|日|号|时|点|小时|分钟|天|周|届|元|万元|米|公里|千米|平方|里|期|版|级|类|星|点?\d)"
    r"|[ -]?(?:km|m|metres?|meters?|kilomet\w+|minutes?|mins?|hours?|days?|weeks?|months?|years?"
    r"|yuan|rmb|st|nd|rd|th|square|o.clock|am|pm)\b",
    re.IGNORECASE,
)
_NO_FIGURE_BEHIND = (
    "第",
    "每",
    "-",
    "—",
    "GB",
    "GB ",
    ".",
    "几",
    "数",
    "¥",
    "$",
    "No ",
    "No. ",
    "Table ",
    "Figure ",
    "表",
    "图",
    "revision ",
)
_YEAR = re.compile(r"(?:19|20)\d\d\s*")
_STATED = re.compile(r"(?:数|数量|总数|总量|共|共计|达|达到|为|有)\s*$")
_DOES = re.compile("建成|[有设建达为至到了是共]|配备|新增|增加|提供|安排|使用|开放|运行")
_FROM = re.compile(r"[从由]\D{0,3}$|[较比与同][^，]{0,12}$")
_RISES = re.compile("增|上升|提高|扩大|发展|减|降")
_ADJACENT = re.compile(r"\s*(?:数量?|总数|总量|共计?|共有|达到?|为|有|各)?\s*")
_OF_WHICH = re.compile(r"中|里|有|\bof (?:which|them|these)\b|\bincluding\b|\bwith\b|[(]", re.IGNORECASE)
_VERB = re.compile(
    r"建成|建立|设立|新增|新建|覆盖|惠及|服务于"
    r"|\b(?:is|are|was|were|has|have|had|hold|holds|serves?|cover|covers)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\band\b|;", re.IGNORECASE)
_OF_ALL = re.compile(r"[中里]")
_EACH = re.compile(r"分别|依次|各(?=[为有是建达]{0,2}\d)")
_ORDINAL = re.compile(r"\s*[一二三四五六七八九十\d]*\s*")
_OTHER = re.compile(
    "[\u4e00-\u9fff]{0,4}?(?:企业|单位|县|区|乡|镇|街道|社区|村|部门|工会|行业|群体|职工|项目|活动|品牌|窗口|岗位|床位|小时"
    "|平台|城市|省|市|系统|协会|园|商圈|楼|班组|工种|家庭|场|课程|学校|机构|小组|支部|组织|方面|月|工作日|环节|环卫|小区)"
)
SHARE_FROM = re.compile(r"占(?!比)|\b(?:account\w*|mak(?:e|es|ing)) (?:for|up)\b", re.IGNORECASE)
NAMES = ("kind", "base_kind", "tier")
_LISTED = ("tier", "base_kind", "place")
_SPOILS = ("plan", "denied", "qualified")
"""What makes another thing of a figure wherever it stands behind it: 98个驿站尚未启用."""


class Clause(NamedTuple):
    """A piece of a text, and where it begins."""

    start: int
    text: str


@dataclass(frozen=True)
class Figure:
    """A number, the words of its clause around it, and what they say that it counts.

    `of` is what a share is said to be one of; `bare` that nothing stands between it and the end or the next figure;
    `other` that it counts what is no record of the register; `several` that it counts more than one thing together
    (省级及市级站点); `unread` the words beside it of which nobody knows what they say, `unexplained` that some stand
    before it; `topic` the kind of record that its sentence named last; `carried` that its place was named further up;
    `inside` where the figure stands behind which its brackets were opened: 省级6个（田家庵区2个）.
    """

    number: Numeral
    words: str
    said: Words
    of: Words = field(default_factory=dict)
    bare: bool = False
    other: bool = False
    unexplained: bool = False
    several: bool = False
    unread: str = ""
    topic: Kind | None = None
    carried: bool = False
    inside: int | None = None


@dataclass
class _Brackets:
    """The brackets that are open: for each the place of the figure behind which it was opened, or around it."""

    open: list[int | None] = field(default_factory=list)
    _read: int = 0

    def read(self, sentence: Clause, until: int, figures: Sequence[Figure]) -> None:
        """Go on in a sentence to a place in it; `figures` are those of the clause that ends there."""
        for at in range(self._read, until):
            if sentence.text[at] == "(":
                behind = [each.number.start for each in figures if each.number.end <= sentence.start + at]
                self.open.append(behind[-1] if behind else self.figure)
            elif sentence.text[at] == ")" and self.open:
                self.open.pop()
        self._read = until

    @property
    def figure(self) -> int | None:
        """The place of the figure that the innermost bracket explains."""
        return self.open[-1] if self.open else None


def pieces(of: Clause, border: re.Pattern[str]) -> Iterator[Clause]:
    """Yield what lies between the borders of a text, with the place where it begins."""
    at = 0
    for mark in [*border.finditer(of.text), None]:
        end = mark.start() if mark else len(of.text)
        yield Clause(of.start + at, of.text[at:end])
        at = mark.end() if mark else end


def figures_of(sentence: Clause, known: CountedWords, days: Sequence[StatedDay], *, scope: Scope) -> Iterator[Figure]:
    """Yield the figures of a sentence; numbers inside what it says of time are none.

    `scope` is what the sentences before it say of the place of this one; it is told what this one says.
    """
    english, listing = not _HAN.search(sentence.text), _EACH.search(sentence.text)
    scope.begin()
    topic: Kind | None = None
    found, before, listed = list[Figure](), dict[str, str](), False
    brackets, figures = _Brackets(), list[Figure]()
    for clause in pieces(sentence, _CLAUSE):
        if not clause.text.strip():
            continue
        offset = clause.start - sentence.start
        brackets.read(sentence, offset, figures)
        scope.at_depth(len(brackets.open))
        sign = sentence.text[offset - 1 : offset]
        apart = bool(listing) and offset > listing.start() if listing else sign in {"：", ":"} and bool(before)
        numbers = [
            number
            for number in numerals(clause.text)
            if _is_figure(number, clause.text, known=known, english=english, apart=apart)
            and not is_within(days, offset + number.start, offset + number.end)
        ]
        if numbers and clause.text.strip().isdecimal() and not before and not found:
            continue  # (1), 1.: the number of a paragraph
        said = list(known.in_text(clause.text))
        scope.enter(clause.text, said, known)
        figures = list(_figures(clause, numbers, known, topic=topic, english=english))
        if len(figures) == 1 and before and numbers[0].covers(clause.text):  # 省级站点（6个）, 省级站点：6个
            figures = [replace(figures[0], said=before)]
        if listed and sign == "、" and figures and not listing:
            figures[0] = replace(figures[0], several=True)
        found += [replace(_placed(figure, scope), inside=brackets.figure) for figure in figures]
        topic, before = topic_of(said) or topic, {} if numbers else by_list(said)
        listed = not numbers and not _ORDINAL.fullmatch(clause.text)
    yield from _respectively(sentence, found, known, listing=listing.start() if listing else None)


def _placed(figure: Figure, scope: Scope) -> Figure:
    """Return a figure with what further up is said of where and whether it is."""
    said, carried = scope.over(figure.said)
    return replace(figure, said=said, carried=carried)


def _respectively(sentence: Clause, found: list[Figure], known: CountedWords, *, listing: int | None) -> list[Figure]:
    """Return the figures, those behind 分别 with one each of the words listed before it."""
    border = sentence.start + (listing or 0)
    behind = [at for at, figure in enumerate(found) if figure.number.start > border]
    if listing is None or len(behind) < 2:
        return found
    words = list(known.in_text(sentence.text[:listing]))
    lists = [_list_of(word) for word in words if _list_of(word) in _LISTED]
    chosen = next((each for each in reversed(lists) if lists.count(each) > 1), None)
    items = [word for word in words if _list_of(word) == chosen]
    shared = [word for word in words if _list_of(word) != chosen]
    for number, at in enumerate(behind):
        if number < len(items) <= len(behind):
            found[at] = replace(found[at], said=by_list([*shared, items[number]]), several=False, unread="")
        elif number < len(items):
            found[at] = replace(found[at], said={}, unread="")
    return found


def _list_of(word: Said) -> str:
    """Return the list that a word is an item of: kinds of bases beside stations are one list of records."""
    return "base_kind" if word.what == "kind" else word.what


def topic_of(said: Iterable[Said]) -> Kind | None:
    """Return the kind of record that is named last."""
    named = [word for word in said if word.what in {"kind", "base_kind"}]
    return None if not named else "station" if named[-1].which == "station" else "base"


def _is_figure(number: Numeral, text: str, *, known: CountedWords, english: bool, apart: bool) -> bool:
    """Return whether a number counts something; `apart`, whether one without a counter and words may do so, too."""
    before, first = text[max(0, number.start - 9) : number.start], text[number.start]
    if before.endswith(_NO_FIGURE_BEHIND) or _NO_FIGURE.match(text, number.end):
        return False
    if (before.endswith("(") and not number.unit) or text[number.start : number.end].startswith("一个"):
        return False
    if number.unit or (apart and number.covers(text)):  # 一流, 四级, 一个: words, not figures
        counted = first != "一" or number.value != 1 or number.unit in TIMES
        return counted if number.unit else first.isdecimal()
    if english:
        named = number.decimals or _YEAR.fullmatch(text[number.start :])  # 2.1 By district; …, 2026
        return not named and text[number.end : number.end + 1] in {"", " ", ",", ")"}
    if number.bound != "exactly" or not first.isdecimal() or _STATED.search(before):
        return first.isdecimal() or number.bound != "exactly"
    return _ends_what_stands(number, text, known)


def _ends_what_stands(number: Numeral, text: str, known: CountedWords) -> bool:
    """Return whether a number ends a clause that says of what so many stand: 全市共有驿站98."""
    said = list(known.in_text(text[: number.start])) if not text[number.end :].strip() else []
    stands = any(word.what == "stands" for word in said)
    return stands and said[-1].what in NAMES and not text[said[-1].end : number.start].strip()


def _figures(
    clause: Clause, numbers: Sequence[Numeral], known: CountedWords, *, topic: Kind | None, english: bool
) -> Iterator[Figure]:
    after = 0
    for at, number in enumerate(numbers):
        until = numbers[at + 1].start if at + 1 < len(numbers) else len(clause.text)
        before, behind = clause.text[after : number.start], clause.text[number.end : until]
        after = number.end
        topic = topic_of(known.in_text(before)) or topic
        figure = Figure(
            number=number.moved(clause.start),
            words=clause.text[max(0, number.start - SHOWN) : number.end + SHOWN].strip(),
            said={},
            bare=not behind.strip(),
            several=until == len(clause.text),  # what stands behind the last is its own
            topic=topic,
        )
        yield (_in_english if english else _in_chinese)(figure, known, before=before, behind=behind)


def _in_chinese(figure: Figure, known: CountedWords, *, before: str, behind: str) -> Figure:
    """Return a figure with its words: those before it, and the noun behind it where none stands right before."""
    of = ""
    if figure.number.is_share and (border := SHARE_FROM.search(before)):
        before, of = before[: border.start()] + "占比", before[border.end() :]
    own, noun = list(known.in_text(before)), _VERB.split(_OF_WHICH.split(behind)[0])[0]
    rises = _RISES.match(noun.strip()) is not None
    behind_it = [] if rises else list(known.in_text(noun))
    adjacent = own and own[-1].what in NAMES and _ADJACENT.fullmatch(before[own[-1].end :])
    names_noun = any(word.what in NAMES for word in behind_it)
    words = own if adjacent or not (names_noun or behind_it) else [*own, *behind_it]
    said = by_list(words)
    tail = _OF_ALL.split(behind)[0]
    said |= {word.what: word.which for word in known.in_text(tail) if word.what in _SPOILS}
    left = [unread(part, known, english=False) for part in (before, tail)]
    if _FROM.search(before) and rises:
        said["vague"] = ""  # from how many: of which day, the text does not say
    nearer = not names_noun and _names_another(own, before, known)
    other = nearer or (not names_noun and not adjacent and _OTHER.match(noun.strip()) is not None)
    return replace(
        figure,
        said=said,
        other=other,
        unexplained=bool(left[0]),
        several=_several(words),
        unread=" ".join(filter(None, left)),
        of=by_list(known.in_text(of)),
    )


def _several(words: Sequence[Said]) -> bool:
    """Return whether words name more than one of a list, or stations and bases: what a number beside them sums up."""
    named = {(_list_of(word), word.which) for word in words if word.what in {"tier", "base_kind", "place", "union"}}
    lists = [each for each, _which in named]
    kinds = {"station" if word.which == "station" else "base" for word in words if word.what in {"kind", "base_kind"}}
    return len(lists) > len(set(lists)) or len(kinds) > 1


def _names_another(own: Sequence[Said], before: str, known: CountedWords) -> bool:
    """Return whether another noun stands between the last one that is known and the figure: 驿站共有床位20个."""
    named = next((word.end for word in reversed(own) if word.what in NAMES), None)
    if named is None:
        return False
    nearest = _DOES.split(before[named:])[-1]
    return bool(unread(nearest, known, english=False))


def _in_english(figure: Figure, known: CountedWords, *, before: str, behind: str) -> Figure:
    """Return a figure with its words: the noun behind it, with where and when from before it."""
    before = _AND.split(before)[-1] if not figure.number.is_share else before
    phrase, *further = _AND.split(behind)
    of = ""
    left = unread(f"{before} {phrase}", known, english=True)
    if figure.number.is_share:
        of, behind = behind, ""
        before = SHARE_FROM.sub("share", before)
    noun, *rest = _VERB.split(_OF_WHICH.split(_AND.split(behind)[0])[0], maxsplit=1)
    own, head = list(known.in_text(before)), list(known.in_text(noun))
    tail = [word for part in rest for word in known.in_text(part)]
    spoilt = {word.what: word.which for word in known.in_text(phrase) if word.what in _SPOILS}
    several = _several([*head, *known.in_text(further[0])]) if head and further and figure.several else False
    if any(word.what in NAMES for word in head):
        own = [word for word in own if word.what not in NAMES]
        whole = before.rstrip().lower().endswith("of the")  # 5 of the 98 stations are national
        tail = [word for word in tail if word.what in ({"status"} if whole else {"status", "change", "place", "tier"})]
    said = by_list([*own, *head, *tail]) | spoilt
    label = own and own[-1].what in NAMES and not before[own[-1].end :].strip()  # Station 12
    other = bool(label) or (
        not figure.number.is_share and not head and bool(re.match(r"\s+[a-z]", noun, re.IGNORECASE)) and not tail
    )
    return replace(figure, said=said, other=other, of=by_list(known.in_text(of)), several=several, unread=left)
