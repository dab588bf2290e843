"""The numbers of a sentence that are figures, each with the words around it that say what it counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from stations.intake.counted_words import CountedWords, Said
from stations.intake.numerals import Numeral, numerals
from stations.intake.stated_days import StatedDay, is_within
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
_NO_FIGURE_BEHIND = ("第", "-", "—", "GB", "GB ", ".", "几", "数", "¥", "$", "No ", "No. ")
_STATED = re.compile(r"(?:数|数量|总数|总量|共|共计|达|达到|为|有)\s*$")
_PASSED_OVER = re.compile(
    "[同环]比|相比|累计|[总共]计|总[数量]|数量?|建设|规模|[现目]前|\\d+[年月日]度?|上一?年|[去前]年|年?[末底]|同期|工会|户外|劳动者|荣誉|称号|分别|截[至止]|今年|[较比与由从了已又共各为达约的级等类获被评率净还即另有个中里]"
)
_DOES = re.compile("建成|[有设建达为至到了是共]|配备|新增|增加|提供|安排|使用|开放|运行")
_FROM = re.compile(r"[从由]\D{0,3}$")
_RISES = re.compile("增|上升|提高|扩大|发展|减|降")
_ADJACENT = re.compile(r"\s*(?:数量?|总数|总量|共计?|共有|达到?|为|有|各)?\s*")
_OF_WHICH = re.compile(r"中|里|有|\bof (?:which|them|these)\b|\bincluding\b|\bwith\b|[(]", re.IGNORECASE)
_VERB = re.compile(
    r"建成|建立|设立|新增|新建|覆盖|惠及|服务于"
    r"|\b(?:is|are|was|were|has|have|had|hold|holds|serves?|cover|covers)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\band\b|;", re.IGNORECASE)
_OTHER = re.compile(
    "[\u4e00-\u9fff]{0,4}?(?:企业|单位|县|区|乡|镇|街道|社区|村|部门|工会|行业|群体|职工|项目|活动|品牌|窗口|岗位|床位|小时"
    "|平台|城市|省|市|系统|协会|园|商圈|楼|班组|工种|家庭|场|课程|学校|机构|小组|支部|组织|方面|月|工作日|环节|环卫|小区)"
)
SHARE_FROM = re.compile(r"占(?!比)|\b(?:account\w*|mak(?:e|es|ing)) (?:for|up)\b", re.IGNORECASE)
NAMES = ("kind", "base_kind", "tier")
_LISTED = ("tier", "base_kind", "place")


class Clause(NamedTuple):
    """A piece of a text, and where it begins."""

    start: int
    text: str


@dataclass(frozen=True)
class Figure:
    """A number, the words of its clause around it, and what they say that it counts.

    `of` is what a share is said to be one of; `bare` that nothing stands between it and the end or the next figure;
    `other` that it counts what is no record of the register; `unexplained` that there are words before it of which
    nobody knows what they say; `topic` the kind of record that its sentence named last.
    """

    number: Numeral
    words: str
    said: Words
    of: Words = field(default_factory=dict)
    bare: bool = False
    other: bool = False
    unexplained: bool = False
    topic: Kind | None = None


def pieces(of: Clause, border: re.Pattern[str]) -> Iterator[Clause]:
    """Yield what lies between the borders of a text, with the place where it begins."""
    at = 0
    for mark in [*border.finditer(of.text), None]:
        end = mark.start() if mark else len(of.text)
        yield Clause(of.start + at, of.text[at:end])
        at = mark.end() if mark else end


def figures_of(sentence: Clause, known: CountedWords, days: Sequence[StatedDay]) -> Iterator[Figure]:
    """Yield the figures of a sentence; numbers inside what it says of time are none."""
    english = not _HAN.search(sentence.text)
    topic: Kind | None = None
    found, before = list[Figure](), dict[str, str]()
    for clause in pieces(sentence, _CLAUSE):
        if not clause.text.strip():
            continue
        offset = clause.start - sentence.start
        numbers = [
            number
            for number in numerals(clause.text)
            if _is_figure(number, clause.text, english=english)
            and not is_within(days, offset + number.start, offset + number.end)
        ]
        if numbers and clause.text.strip().isdecimal() and not before and not found:
            continue  # (1), 1.: the number of a paragraph
        figures = list(_figures(clause, numbers, known, topic=topic, english=english))
        if len(figures) == 1 and before and numbers[0].covers(clause.text):  # 省级站点（6个）, 省级站点：6个
            figures = [replace(figures[0], said=before)]
        found += figures
        said = list(known.in_text(clause.text))
        topic, before = topic_of(said) or topic, {} if numbers else by_list(said)
    yield from _respectively(sentence, found, known)


def _respectively(sentence: Clause, found: list[Figure], known: CountedWords) -> list[Figure]:
    """Return the figures, those behind 分别 with one each of the words listed before it."""
    listing, _mark, _rest = sentence.text.partition("分别")
    border = sentence.start + len(listing)
    behind = [at for at, figure in enumerate(found) if figure.number.start > border]
    if listing == sentence.text or len(behind) < 2:
        return found
    words = list(known.in_text(listing))
    lists = [word.what for word in words if word.what in _LISTED]
    items = [word.which for word in words if lists and word.what == lists[-1]]
    shared = by_list(word for word in words if not lists or word.what != lists[-1])
    for number, at in enumerate(behind):
        if number < len(items) <= len(behind):
            found[at] = replace(found[at], said={**shared, lists[-1]: items[number]})
        elif number < len(items):
            found[at] = replace(found[at], said={})
    return found


def topic_of(said: Iterable[Said]) -> Kind | None:
    """Return the kind of record that is named last."""
    named = [word for word in said if word.what in {"kind", "base_kind"}]
    return None if not named else "station" if named[-1].which == "station" else "base"


def _is_figure(number: Numeral, text: str, *, english: bool) -> bool:
    before, first = text[max(0, number.start - 8) : number.start], text[number.start]
    if before.endswith(_NO_FIGURE_BEHIND) or _NO_FIGURE.match(text, number.end):
        return False
    if (before.endswith("(") and not number.unit) or text[number.start : number.end].startswith("一个"):
        return False
    if number.unit:  # 一流, 四级, 一个: words, not figures
        return first != "一" or number.value != 1
    if english:
        return text[number.end : number.end + 1] in {"", " ", ",", ")"} or number.end == len(text)
    if not (first.isdecimal() or number.bound != "exactly"):
        return False
    return number.bound != "exactly" or _STATED.search(before) is not None


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
            topic=topic,
        )
        yield (_in_english if english else _in_chinese)(figure, known, before=before, behind=behind)


def _in_chinese(figure: Figure, known: CountedWords, *, before: str, behind: str) -> Figure:
    """Return a figure with its words: those before it, and the noun behind it where none stands right before."""
    of = ""
    if figure.number.is_share and (border := SHARE_FROM.search(before)):
        before, of = before[: border.start()] + "占比", before[border.end() :]
    own, noun = list(known.in_text(before)), _VERB.split(_OF_WHICH.split(behind)[0])[0]
    behind_it = list(known.in_text(noun))
    adjacent = own and own[-1].what in NAMES and _ADJACENT.fullmatch(before[own[-1].end :])
    names_noun = any(word.what in NAMES for word in behind_it)
    said = by_list(own if adjacent or not (names_noun or behind_it) else [*own, *behind_it])
    unexplained = _HAN.search(_PASSED_OVER.sub("", known.without(before))) is not None
    if _FROM.search(before) and _RISES.match(noun.strip()):
        said["vague"] = ""  # from how many: of which day, the text does not say
    nearer = not names_noun and _names_another(own, before, known)
    other = nearer or (not names_noun and not adjacent and _OTHER.match(noun.strip()) is not None)
    return replace(figure, said=said, other=other, unexplained=unexplained, of=by_list(known.in_text(of)))


def _names_another(own: Sequence[Said], before: str, known: CountedWords) -> bool:
    """Return whether another noun stands between the last one that is known and the figure: 驿站共有床位20个."""
    named = next((word.end for word in reversed(own) if word.what in NAMES), None)
    if named is None:
        return False
    nearest = _DOES.split(before[named:])[-1]
    return _HAN.search(_PASSED_OVER.sub("", known.without(nearest))) is not None


def _in_english(figure: Figure, known: CountedWords, *, before: str, behind: str) -> Figure:
    """Return a figure with its words: the noun behind it, with where and when from before it."""
    before = _AND.split(before)[-1] if not figure.number.is_share else before
    of = ""
    if figure.number.is_share:
        of, behind = behind, ""
        before = SHARE_FROM.sub("share", before)
    noun, *rest = _VERB.split(_OF_WHICH.split(_AND.split(behind)[0])[0], maxsplit=1)
    own, head = list(known.in_text(before)), list(known.in_text(noun))
    tail = [word for part in rest for word in known.in_text(part)]
    if any(word.what in NAMES for word in head):
        own = [word for word in own if word.what not in NAMES]
        whole = before.rstrip().lower().endswith("of the")  # 5 of the 98 stations are national
        tail = [word for word in tail if word.what in ({"status"} if whole else {"status", "change", "place", "tier"})]
    said = by_list([*own, *head, *tail])
    label = own and own[-1].what in NAMES and not before[own[-1].end :].strip()  # Station 12
    other = bool(label) or (
        not figure.number.is_share and not head and bool(re.match(r"\s+[a-z]", noun, re.IGNORECASE)) and not tail
    )
    return replace(figure, said=said, other=other, of=by_list(known.in_text(of)))


def by_list(words: Iterable[Said]) -> dict[str, str]:
    """Return what is said by list; of several words of one list the last."""
    return {word.what: word.which for word in words}
