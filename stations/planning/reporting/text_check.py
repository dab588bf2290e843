"""Whether the figures in a text agree with the register (口径核对), each with the rows behind it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

from stations.intake.files import documents
from stations.intake.texts.mentions import Mention, mentions
from stations.model.counted import Counted, Doubt
from stations.model.errors import BadChoice
from stations.model.language import gettext as _
from stations.model.language import ngettext
from stations.model.settings import Settings
from stations.model.vocabulary import Tier
from stations.planning.questions import earlier, today
from stations.planning.register import Holdings
from stations.planning.reporting.text_count import Count, Registers

MOST_CHARACTERS = 1_000_000
MOST_DAYS = 12
"""Days of the register that one text may ask for: each is put together from its history."""

FILES = documents.SUFFIXES
MOST_BYTES = documents.MAX_BYTES

Verdict = Literal["agrees", "conflicts", "not checkable"]
Reason = Doubt | Literal["bases", "ahead", "days", "unsure", "readings"]


class Times(NamedTuple):
    """The day whose register a figure is held against, ``None`` for now, and the one since which changes count."""

    on: dt.date | None
    since: dt.date


@dataclass(frozen=True)
class Finding:
    """What came of one figure, held against the register of `times`.

    `count` is the register's, and `out_of` what a percentage is a share of; ``None`` where it has none. `reason` is why
    it cannot be checked. `too_many` says that this part is more than its whole, or that the parts of this whole are
    together.
    """

    mention: Mention
    verdict: Verdict
    times: Times | None = None
    count: Count | None = None
    out_of: Count | None = None
    reason: Reason | None = None
    too_many: bool = False

    @property
    def low(self) -> float | None:
        """The least that the register gives, in percent of a share; ``None`` where it gives nothing."""
        return None if self.count is None else _part(self.count.least, self.out_of.most if self.out_of else None)

    @property
    def high(self) -> float | None:
        """The most that the register gives."""
        return None if self.count is None else _part(self.count.most, self.out_of.least if self.out_of else None)


def _part(count: int, whole: int | None) -> float:
    return float(count) if whole is None else 100 * count / whole if whole else 0.0


@dataclass(frozen=True)
class CheckedText:
    """The figures of a text in its order, each compared with the register of the day that holds for it.

    `held` is the register of the day that was asked for; `registers` has those of the days that the text names.
    """

    text: str
    held: Holdings
    registers: Registers
    findings: tuple[Finding, ...]

    def count(self, verdict: Verdict) -> int:
        """Return how many figures came out like this."""
        return sum(finding.verdict == verdict for finding in self.findings)


def text_in(path: Path) -> str:
    """Return the text of a file: plain text, UTF-8 or GB18030, or a Word document (.docx). Raises `BadFile`."""
    return _short(documents.read_text(path))


def uploaded(data: bytes, name: str) -> str:
    """Return the text in an uploaded file. Raises `BadFile`, and `BadChoice` where it is too long."""
    return _short(documents.text_of(data, name))


def _short(text: str) -> str:
    """Return a text that is not longer than `MOST_CHARACTERS`. Raises `BadChoice`."""
    if len(text) > MOST_CHARACTERS:
        longest = ngettext("{count} character", "{count} characters", MOST_CHARACTERS)
        raise BadChoice(
            what=_("Length of the text"), value=f"{len(text):,}", offered=longest.format(count=f"{MOST_CHARACTERS:,}")
        )
    return text


def check_text(settings: Settings, text: str, *, since: dt.date | None = None) -> CheckedText:
    """Compare the figures of a text with the register.

    Parameters
    ----------
    settings
        The city, and the day: the register as it was at its end. Without one, a figure is compared with the register of
        the day that its sentence or paragraph names, and with the register as it is where they name none.
    text
        What was pasted or uploaded.
    since
        What was added, delisted or upgraded is counted from the end of this day; if not given, from the end of the day
        before the span that the text names (2022年: from the end of 2021), or of the year before.

    Raises
    ------
    BadChoice
        When the text is longer than `MOST_CHARACTERS`, or `since` lies after the day.
    """
    _short(text)
    if since is not None:
        earlier(since, settings.on)
    registers = Registers(settings)
    held = registers.on(settings.on)
    zones = {union.code: union.parent for union in held.city.unions if union.zone}
    days = {settings.on}
    found = []
    for mention in mentions(text, held.city):
        times = _times(mention, settings.on, since)
        if isinstance(times, Times) and len(days | {times.on}) > MOST_DAYS:
            times = "days"
        elif isinstance(times, Times):
            days.add(times.on)
        found.append(_compared(mention, times, registers))
    return CheckedText(text, held, registers, tuple(_with_wholes(found, zones)))


def _times(mention: Mention, on: dt.date | None, since: dt.date | None) -> Times | Reason:
    """Return the days that hold for a figure: those the user states, else those the text names."""
    stated, day, begun = mention.stated, on, since
    if stated and on is None:
        if stated.vague:
            return "vague"
        day = stated.day
        if (day and day > today() and stated.since is None) or (stated.since and stated.since > today()):
            return "ahead"
        day = None if day and day > today() else day  # a span that has not ended yet
        begun = since or stated.since
    latest = day or today()
    return Times(day, begun if begun and begun <= latest else dt.date(latest.year - 1, 12, 31))


def _compared(mention: Mention, times: Times | Reason, registers: Registers) -> Finding:
    mention = _stood_for(mention)
    counts, of = mention.counts, mention.of
    reason = mention.doubt or (None if isinstance(times, Times) else times) or _unknowable(counts, of)
    if reason or counts is None or not isinstance(times, Times):
        return Finding(mention, "not checkable", reason=reason or "unsaid")
    found = _held_against(mention, times, registers)
    if found.verdict != "conflicts":
        return found
    others = (_held_against(replace(mention, counts=other), times, registers) for other in _readings(mention, counts))
    agrees = any(other.verdict == "agrees" for other in others)
    return replace(found, verdict="not checkable", reason="readings") if agrees else found


def _held_against(mention: Mention, times: Times, registers: Registers) -> Finding:
    """Return what comes of a figure in one reading."""
    counts, of = mention.counts, mention.of
    if counts is None:
        return Finding(mention, "not checkable", reason="unsaid")
    out_of = registers.count(of, times.since if counts.change else times.on, None) if of else None
    found = Finding(mention, "agrees", times, registers.count(counts, *times), out_of)
    least, most, low, high = mention.number.least, mention.number.most, found.low or 0.0, found.high or 0.0
    if high < least or low > most:
        return replace(found, verdict="conflicts")
    agrees = least <= low and high <= most
    return found if agrees else replace(found, verdict="not checkable", reason="unsure")


def _readings(mention: Mention, counts: Counted) -> Iterator[Counted]:
    """Yield what the words of a figure may mean as well: a district's name its union, a place from further up all."""
    for read in filter(None, (counts, mention.otherwise)):
        if read is not counts:
            yield read
        if read.place and not read.union:
            yield replace(read, union=True)


def _stood_for(mention: Mention) -> Mention:
    """Return a figure whose honour without a span of time is one that is held."""
    counts = mention.counts
    if counts and counts.change == "honoured" and counts.tier and not (mention.stated and mention.stated.since):
        return replace(mention, counts=replace(counts, change=None))
    return mention


def _unknowable(*counted: Counted | None) -> Reason | None:
    """Return why the register cannot know a figure."""
    bases = (each for each in counted if each and each.kind == "base")
    return "bases" if any(each.tier or each.change or each.status for each in bases) else None


def _with_wholes(found: list[Finding], zones: Mapping[str, str]) -> list[Finding]:
    """Return the findings, those that no whole can have marked: a part above its whole, parts above it together."""
    marked, parts_of = list(found), defaultdict[int | None, list[int]](list)
    for at, finding in enumerate(found):
        parts_of[finding.mention.whole].append(at)
    for number, finding in enumerate(found):
        most, parts = finding.mention.number.most, parts_of[number]
        parts = [at for at in parts if found[at].mention.doubt is None]
        over = [at for at in parts if found[at].mention.number.least > most]
        if not over and _sum_of_apart(finding.mention, [found[at].mention for at in parts], zones) > most:
            over = [number]
        for at in over:
            marked[at] = replace(found[at], verdict="conflicts", reason=None, too_many=True)
    return marked


def _sum_of_apart(whole: Mention, parts: list[Mention], zones: Mapping[str, str]) -> float:
    """Return the least that parts of one division into parts come to: tiers, or places; nothing is in two of them.

    A zone lies inside a division, which may be meant with it: where both are named, the division counts alone.
    """
    tiers, places = dict[Tier | None, float](), dict[str | None, float]()
    for part in parts:
        own, its = part.counts, whole.counts
        if own and its and own.tier != its.tier and own.place == its.place:
            tiers[own.tier] = part.number.least
        if own and its and own.place != its.place and own.tier == its.tier:
            places[own.place] = part.number.least
    apart = (least for place, least in places.items() if zones.get(place or "") not in places)
    return max(sum(tiers.values()), sum(apart))
