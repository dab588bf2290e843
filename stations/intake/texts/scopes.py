"""What is said once and holds for the figures that follow: the place that is spoken of, and that something is planned.

A place holds where it begins a clause (田家庵区高度重视，建成驿站32个); one that a clause only touches does not. One
that is none of the city's holds wherever it stands. Both hold to the end of the paragraph, or until the city is named;
where a sentence lists several places, none holds. A plan holds for its sentence, until that says what is there already.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stations.intake.texts.counted_words import WHERE, CountedWords, Said, by_list
from stations.intake.texts.stated_days import StatedDay, stated_days
from stations.intake.texts.unread import unread

_THERE = re.compile(r"已|现有|目前|截至|累计|实际|\b(?:already|currently|now|so far)\b", re.IGNORECASE)

_TITLE = re.compile(r"(?:报告|总结|汇报|情况|通报|材料|简报)\W*$|^(?:Report|Review|Summary)\b[^.]*$")
_CHAPTER = re.compile(r"\s*(?:[一二三四五六七八九十]{1,3}、|\d{1,2}[.、])[^。；;]{2,40}$")
_HEADING = re.compile(rf"{_CHAPTER.pattern}|\s*[(][一二三四五六七八九十]{{1,3}}[)][^。；;]{{2,40}}$")
_PLANS = re.compile(r"下一步|下步|打算|计划|思路|工作安排|展望|\bplans?\b|\bnext\b|\boutlook\b", re.IGNORECASE)
_REVIEW = re.compile(r"总结|报告|汇报|回顾|综述|情况|通报|简报|年鉴|\b(?:report|review|summary)\b", re.IGNORECASE)
_BY_UNION = re.compile(r"按所属工会归入|\bare those that name\b")
_STILL_MEANT = frozenset({"place", "union", "share"})
_LEFT_OUT = re.compile(r"\s*(?:除(?!此)|扣除|剔除|不含|不包括|\bexcept\b|\bexcluding\b)", re.IGNORECASE)


@dataclass
class Scope:
    """What holds at a place of a paragraph: `where`, at first the `home` of its text, what is planned or left out.

    `ahead` says that its heading is one of plans.
    """

    where: Mapping[str, str] = field(default_factory=dict)
    home: Mapping[str, str] = field(default_factory=dict)
    ahead: bool = False
    planned: bool = False
    left_out: bool = False
    _city: bool = False
    _places: set[str] = field(default_factory=set)
    _outside: list[tuple[Mapping[str, str], bool, set[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin at home."""
        self.where = self.where or self.home

    def begin(self) -> None:
        """Begin another sentence."""
        self.planned, self.left_out, self._city, self._places = self.ahead, False, False, set()
        self._outside = []

    def at_depth(self, depth: int) -> None:
        """Go into brackets or out of them, so many deep: a place that stands in brackets holds in these alone."""
        while len(self._outside) < depth:
            self._outside.append((self.where, self._city, set(self._places)))
        while len(self._outside) > depth:
            self.where, self._city, self._places = self._outside.pop()

    def enter(self, text: str, said: Sequence[Said], known: CountedWords) -> None:
        """Take in what a clause says, before its figures are read."""
        words = by_list(said)
        self.left_out = self.left_out or _LEFT_OUT.match(text) is not None
        self.planned = "plan" in words or (self.planned and not _THERE.search(text))
        if _of_the_city(text, said, known):
            self.where, self._city = {}, True
        elif words.get("elsewhere") == "":
            self.where, self._city = {"elsewhere": ""}, False
        elif not self._city and "part" not in words:
            self._enter_place(text, said, known)

    def over(self, said: Mapping[str, str]) -> tuple[Mapping[str, str], bool]:
        """Return what a figure's own words say with what holds for it, and whether its place comes from here."""
        plan = {what: "" for what, holds in (("plan", self.planned), ("denied", self.left_out)) if holds}
        if "place" in said and self.home.get("union") == said["place"]:
            return {**plan, **{what: which for what, which in said.items() if what != "place"}, **self.home}, False
        if said.keys() & WHERE or not self.where:
            return {**plan, **said}, False
        return {**plan, **self.where, **said}, self.where != self.home

    def _enter_place(self, text: str, said: Sequence[Said], known: CountedWords) -> None:
        place = next((word for word in said if word.what in {"place", "union"}), None)
        if place is None:
            return
        self._places.add(place.which)
        if len(self._places) > 1:
            self.where = {}
        elif _understood(text[: place.start], known):
            self.where = {place.what: place.which} if self.home.get("union") != place.which else self.home


def _of_the_city(text: str, said: Sequence[Said], known: CountedWords) -> bool:
    """Return whether a clause speaks of the city: it begins with it, or counts what the city has.

    A district that leads the city (走在全市前列), or whose share of it is told (占全市驿站的 16.3 %), is still meant.
    """
    city = next((word for word in said if word.what == "city"), None)
    if city is None or any(word.what in _STILL_MEANT and word.start < city.start for word in said):
        return False
    if _understood(text[: city.start], known):
        return True
    noun = next((word for word in said if word.what == "kind" and word.start >= city.end), None)
    return noun is not None and _understood(text[city.end : noun.start], known)


def _understood(text: str, known: CountedWords) -> bool:
    return not known.without(text).strip() or not unread(text, known, english=False)


def is_ahead(line: str, *, before: bool) -> bool:
    """Return whether plans are told below a line: a heading of them (三、下一步打算) holds to the next chapter."""
    if not _HEADING.match(line):
        return before
    return _PLANS.search(line) is not None or (before and not _CHAPTER.match(line))


def home_of(text: str, known: CountedWords) -> Mapping[str, str]:
    """Return the place that a whole text is about: its title names one alone, and no city.

    Where a text says that it counts by union, it is the union of that name.
    """
    title = title_of(text)
    named = {word.which: word for word in known.in_text(title) if word.what in WHERE}
    if len(named) != 1 or not _TITLE.search(title.strip()):
        return {}
    word = next(iter(named.values()))
    return {"union" if word.what == "place" and _BY_UNION.search(text) else word.what: word.which}


def title_of(text: str) -> str:
    """Return the first line of a text."""
    return next((line for line in text.split("\n", 20) if line.strip()), "")


def told_of(text: str) -> StatedDay | None:
    """Return the year that a whole text reviews, named in its title before it says so: 2022年工作总结及明年计划."""
    title = title_of(text)
    review = _REVIEW.search(title)
    days = stated_days(title[: review.end()]) if review and not re.search("[。；;，,]", title) else []
    return days[0] if len(days) == 1 and not days[0].vague and not days[0].compared else None
