"""The figures that a text, Chinese or English, states about the network: words in, `Mention` out.

A text is read paragraph by paragraph, sentence by sentence, clause by clause. What a figure counts is said by the words
around it in its clause (`clauses`); a part (其中省级6个) counts what its sentence speaks of; the day is the one its
sentence names, else the one its paragraph named last.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from stations.intake.texts.clauses import Clause, Figure, Words, figures_of, pieces, topic_of
from stations.intake.texts.counted_words import CountedWords
from stations.intake.texts.figure_tables import cells_of, is_row
from stations.intake.texts.numerals import TIMES, Numeral, narrowed
from stations.intake.texts.scopes import Scope, home_of, is_ahead, told_of
from stations.intake.texts.stated_days import StatedDay, stated_days
from stations.model.city import City
from stations.model.counted import CHANGES, Change, Counted, Doubt
from stations.model.schema import Kind
from stations.model.vocabulary import BaseKind, Status, Tier

_PARAGRAPH = re.compile(r"\n")
_SENTENCE = re.compile(r"[。！？!?]|\.(?=\s|$)")
_OF_THE_ONE_BEFORE = re.compile(r"\s*(?:其中|当中|of (?:which|these|them)\b|among (?:them|these)\b)", re.IGNORECASE)
_SUM = re.compile(r"合计|共计|总计|\bin total\b|\baltogether\b", re.IGNORECASE)
_BORDER = re.compile(r"[，、：；;,()]")
_COUNTED_UNITS = ("", *"个家处座所间")


@dataclass(frozen=True)
class Mention:
    """A figure in a text. `words` is what stands around it in its clause, `number` says where it stands.

    `counts` is what is counted, ``None`` where the text does not say or names something else. Of a percentage, `of` is
    what it is a share of. `whole` is the place in the list of the figure that this one is a part of. `stated` is what
    the text says of the time. `doubt` is why it cannot be checked whatever the register holds, `unread` what stands
    beside it that is not understood. `otherwise` is what it may count as well: all of the city, where its place was
    named further up.
    """

    words: str
    number: Numeral
    counts: Counted | None = None
    of: Counted | None = None
    whole: int | None = None
    stated: StatedDay | None = None
    doubt: Doubt | None = None
    unread: str = ""
    otherwise: Counted | None = None


def mentions(text: str, city: City) -> list[Mention]:
    """Return the figures of a text, in its order.

    Parameters
    ----------
    text
        What was pasted or uploaded, of any length. Nothing of it is run or looked up.
    city
        Whose divisions and unions may be named.
    """
    known, found = CountedWords(city), list[Mention]()
    home, year, ahead = home_of(text, known), told_of(narrowed(text)), False
    above: Clause | None = None
    for tabular, lines in groupby(pieces(Clause(0, narrowed(text)), _PARAGRAPH), key=is_row):
        block = list(lines)
        if tabular and len(block) > 1:
            _take_table(found, block, known, above=above, home=home, year=year)
        else:
            for paragraph in block:
                ahead = is_ahead(paragraph.text, before=ahead)
                _take_paragraph(found, paragraph, known, scope=Scope(home=home, ahead=ahead), year=year)
            above = next((line for line in reversed(block) if line.text.strip()), above)
    return found


def _take_table(
    found: list[Mention],
    rows: Sequence[Clause],
    known: CountedWords,
    *,
    above: Clause | None,
    home: Words,
    year: StatedDay | None,
) -> None:
    """Add the figures of a table; the paragraph above it, its title, says what its head leaves open."""
    topic = topic_of(known.in_text(above.text)) if above else None
    days = stated_days(above.text) if above else []
    columns = defaultdict[int, list[tuple[int, bool]]](list)
    for cell in cells_of(rows, known, topic=topic, home=home):
        if isinstance(cell, Clause):
            _take_paragraph(found, cell, known, scope=Scope(home=home), year=year)
        else:
            columns[cell.column].append((len(found), cell.total))
            _Sentence(found, None).take(cell.figure, cell.day or next(reversed(days), year))
    for column in columns.values():
        totals = [at for at, total in column if total]
        if len(totals) == 1:
            _take_sum(found, totals[0], [at for at, total in column if not total])


def _take_sum(found: list[Mention], total: int, rows: Sequence[int]) -> None:
    """Make the figures of a column parts of the one that is their sum."""
    whole = found[total].counts
    for at in rows:
        counts = found[at].counts
        if whole and counts and not found[at].of and counts.kind == whole.kind and counts.is_narrower(whole):
            found[at] = replace(found[at], whole=total)


def _take_paragraph(
    found: list[Mention], paragraph: Clause, known: CountedWords, *, scope: Scope, year: StatedDay | None
) -> None:
    """Add the figures of a paragraph; `year` is what the whole text reviews."""
    carried, whole = year, None
    for sentence in pieces(paragraph, _SENTENCE):
        days = stated_days(sentence.text, carried)
        reader = _Sentence(found, whole if _OF_THE_ONE_BEFORE.match(sentence.text) else None)
        figures = list(figures_of(sentence, known, days, scope=scope))
        starts = [figure.number.start - sentence.start for figure in figures]
        behind = _first_behind(sentence.text, days, starts)
        for figure, start in zip(figures, starts, strict=True):
            day = _day_of(start, days, sentence.text, figures=starts)
            by_day = day is not None and not sentence.text[day.end : start].strip()
            reader.take(figure, day or behind or carried, by_day=by_day)
        carried = days[-1] if days else carried
        whole = reader.whole


def _day_of(at: int, days: Sequence[StatedDay], text: str, *, figures: Sequence[int]) -> StatedDay | None:
    """Return the last day that is named before a place of a sentence, and is not that of which it only has come."""
    passed = bisect_left(days, at, key=attrgetter("start"))
    if not passed:
        return None
    day = days[passed - 1]
    first = figures[bisect_left(figures, day.end)]
    come = text[max(0, day.start - 1) : day.start] in {"由", "从", "自"} and first < at
    return None if come else day  # 由2021年的76个增加到98个


def _first_behind(text: str, days: Sequence[StatedDay], figures: Sequence[int]) -> StatedDay | None:
    """Return the first day that is not of the figure right behind it alone: 98个(2021年76个)."""
    for day in days:
        after = bisect_left(figures, day.end)
        if after == len(figures) or _BORDER.search(text, day.end, figures[after]):
            return day
    return None


@dataclass
class _Level:
    """What figures refer to outside of all brackets, or inside those behind one figure.

    `whole` is the place of the last one that is no part of another, `last` what the one before counted: a share may be
    one of it.
    """

    whole: int | None = None
    last: Counted | None = None


class _Sentence:
    """The figures of one sentence; what stands in brackets explains the one before them: 6个（大通区2个）."""

    def __init__(self, found: list[Mention], whole: int | None) -> None:
        self._found = found
        self._outside = self._at = _Level(whole)
        self._inside = dict[int, _Level]()
        self._by_day = False

    @property
    def whole(self) -> int | None:
        """The place of the last figure outside of brackets that is no part of another."""
        return self._outside.whole

    def take(self, figure: Figure, stated: StatedDay | None, *, by_day: bool = False) -> None:
        """Add a figure to those found; `by_day` says that it stands right behind its day.

        Where the one before does so, too, or is explained by it, it counts the same on another day: 驿站2021年76个；
        2022年98个; 驿站98个（2021年76个）.
        """
        self._at = self._level(figure.inside)
        last, again = self._at.last, self._by_day or figure.inside is not None
        if by_day and again and figure.bare and not figure.said and last and not last.change:
            figure = replace(figure, said={**_words_of(last), "stands": ""})
        self._by_day = by_day
        whole = self._found[self._at.whole].counts if self._at.whole is not None else None
        mention = Mention(figure.words, figure.number, stated=stated)
        if figure.number.rough and figure.number.bound in {"exactly", "nearly", "about"}:
            mention = replace(mention, doubt="rough")
        elif figure.number.is_share:
            mention = self._share(mention, figure, whole)
        elif doubt := _doubt(figure):
            mention = replace(mention, doubt=doubt)
        else:
            mention = self._count(mention, figure, whole)
        self._found.append(mention)

    def _level(self, inside: int | None) -> _Level:
        """Return what figures refer to behind one that begins at a place of the text; outside without one."""
        if inside is None:
            return self._outside
        if inside not in self._inside:
            at = next((at for at, each in enumerate(self._found) if each.number.start == inside), None)
            explained = self._found[at].counts if at is not None else None
            self._inside[inside] = _Level(at, explained)
        return self._inside[inside]

    def _count(self, mention: Mention, figure: Figure, whole: Counted | None) -> Mention:
        counts = _counted(figure.said, whole, figure)
        if counts is None:
            together = figure.several or (self._at.last is not None and _SUM.search(figure.words))
            return replace(mention, doubt="several" if together else "unsaid")
        if figure.carried and "place" in figure.said:
            mention = replace(mention, otherwise=replace(counts, place=None, union=False))
        if counts.change == "honoured" and counts.tier and whole and not whole.change:
            counts = replace(counts, change=None)  # of those that stand, the ones that hold it
        at = self._at.whole
        if self._at is not self._outside and whole and counts.place and "part" in figure.said:
            whole = replace(whole, place=None, union=False)  # 田家庵区2个（含高新区1个）: a zone lies inside
        if at is not None and whole is not None and _is_part(counts, whole, figure.said):
            counts = counts.within(whole)
            mention = replace(mention, doubt=self._found[at].doubt)  # what is said of all is said of its parts
        else:
            alone = {"stands", "part", "city"} & figure.said.keys()
            counts = counts if alone else counts.like(self._at.last)
            at, self._at.whole = None, len(self._found)
        self._at.last = counts
        doubt = _beyond(figure.said, figure) or mention.doubt
        return replace(mention, counts=counts, whole=at, doubt=doubt, unread=figure.unread)

    def _share(self, mention: Mention, figure: Figure, whole: Counted | None) -> Mention:
        said = figure.said
        if change := _change(said):
            before = _counted(said, whole, figure) or self._at.last
            explained = not figure.unexplained or {"kind", "base_kind"} & said.keys()
            grows = explained and before and before.kind == "station" and change in {"grown", "shrunk"}
            of = replace(before, change=None) if grows and before else None
            doubt = _beyond(said, figure) if of else "share"
            return replace(mention, counts=of and replace(of, change=change), of=of, doubt=doubt, unread=figure.unread)
        if "reach" in said and "share" not in said:
            return replace(mention, doubt="reach")
        bare = not said.keys() & {"tier", "base_kind", "place", "kind"}
        counts = self._at.last if bare else _counted(said, whole, figure)
        above = whole if counts != whole else self._whole_of_whole()
        of = _counted(figure.of, None, figure) or above or (counts and _whole_of(counts))
        if not counts or not of or not ("share" in said or bare) or counts == of:
            return replace(mention, doubt="share")
        doubt = _beyond(said, figure) or _beyond(figure.of, figure)
        if doubt is None and whole is not None and self._at.whole is not None and {counts, of} & {whole, self._at.last}:
            doubt = self._found[self._at.whole].doubt
        return replace(mention, counts=counts.within(of), of=of, doubt=doubt, unread=figure.unread)

    def _whole_of_whole(self) -> Counted | None:
        """Return what the whole is itself a part of: 省级6个（占6.1%）."""
        above = self._found[self._at.whole].whole if self._at.whole is not None else None
        return self._found[above].counts if above is not None else None


def _doubt(figure: Figure) -> Doubt | None:
    """Return why a number is no count of stations or bases."""
    if figure.number.unit in TIMES:
        return "times"
    if figure.other or figure.number.unit not in _COUNTED_UNITS:
        return "reach" if "reach" in figure.said else "other"
    return None


def _beyond(said: Words, figure: Figure) -> Doubt | None:
    """Return why a count of stations or bases is none that the register of the city can be asked for."""
    reasons: tuple[Doubt, ...] = ("plan", "denied", "elsewhere", "qualified", "vague")
    left: Doubt | None = "several" if figure.several else "unread" if figure.unread else None
    return next((doubt for doubt in reasons if doubt in said), left)


def _words_of(counts: Counted) -> Words:
    """Return what a figure would have to say to count this."""
    place = {"union" if counts.union else "place": counts.place} if counts.place else {"city": ""}
    told = {"tier": counts.tier, "base_kind": counts.base_kind, "status": counts.status}
    return {"kind": counts.kind, **place, **{what: which.value for what, which in told.items() if which}}


def _change(said: Words) -> Change | None:
    return next((change for change in CHANGES if change == said.get("change")), None)


def _counted(said: Words, whole: Counted | None, figure: Figure) -> Counted | None:
    """Return what the words of a figure say that it counts: by themselves, or as a part of the whole."""
    base_kind = BaseKind(said["base_kind"]) if "base_kind" in said else None
    named = said.get("kind")
    kind: Kind | None = "base" if base_kind or named == "base" else "station" if named else None
    tier = Tier(said["tier"]) if "tier" in said else None
    change, place = _change(said), said.get("union") or said.get("place")
    if kind is None and whole and not figure.unexplained:
        apart = figure.bare and (place or "status" in said)
        kind = whole.kind if tier or change or apart or "part" in said else None
    if kind is None and figure.bare and not figure.unexplained:
        topic = figure.topic or (whole.kind if whole else None)
        kind = topic if {"stands", "city"} & said.keys() or change or tier or place else None
    if kind is None:
        return None
    status = Status(said["status"]) if "status" in said else None
    union = "union" in said
    return Counted(kind, tier=tier, base_kind=base_kind, place=place, union=union, status=status, change=change)


def _whole_of(counts: Counted) -> Counted:
    """Return what a share is of where nothing says so: of all tiers and kinds of its place, else of all places."""
    of = replace(counts, tier=None, base_kind=None, status=None, change=None)
    return of if of != counts else Counted(counts.kind)


def _is_part(counts: Counted, whole: Counted, said: Words) -> bool:
    """Return whether a figure is one of those that the whole of its sentence is made up of."""
    if counts.kind != whole.kind or "city" in said or counts.contradicts(whole):
        return False
    if counts.change and "part" not in said:  # 98个, 新增22个: that the one is of the other is not said
        return False
    return "part" in said or counts.is_narrower(whole)
