"""Whether the figures in a text agree with the register (口径核对), each with the rows behind it."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from stations.intake.delimited import encoding_of
from stations.intake.mentions import Bound, Change, Mention, mentions
from stations.intake.readers import bytes_of
from stations.model.errors import BadChoice
from stations.model.language import current_language, mark, ngettext
from stations.model.language import gettext as _
from stations.model.places import union_code
from stations.model.settings import Settings
from stations.model.vocabulary import Status
from stations.planning.counting import in_use
from stations.planning.listing import record_list
from stations.planning.movements import Movements, counted_stations, movements
from stations.planning.questions import today
from stations.planning.register import Holdings, holdings

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

MOST_CHARACTERS = 200_000
EXAMPLE = "98个, 一千余家"
Verdict = Literal["agrees", "conflicts", "not checkable"]
VERDICTS = {"agrees": mark("agrees"), "conflicts": mark("conflicts"), "not checkable": mark("not checkable")}
BOUNDS: dict[Bound, str] = {
    "exactly": "{value}",
    "at_least": mark("at least {value}"),
    "at_most": mark("at most {value}"),
    "about": mark("about {value}"),
}
CHANGES: dict[Change, str] = {
    "added": mark("added since {day}"),
    "delisted": mark("delisted since {day}"),
    "upgraded": mark("upgraded since {day}"),
}


@dataclass(frozen=True)
class Finding:
    """What came of one figure: `counted` is the register's, ``None`` where it has none; `keys` are the rows behind.

    `too_many` says that this part is more than its whole, or that the parts of this whole are together.
    """

    mention: Mention
    verdict: Verdict
    counted: int | None = None
    keys: tuple[str, ...] = ()
    too_many: bool = False


@dataclass(frozen=True)
class CheckedText:
    """The figures of a text in its order, compared with the register of a day and what happened `since` another."""

    text: str
    held: Holdings
    since: dt.date
    findings: tuple[Finding, ...]

    def count(self, verdict: Verdict) -> int:
        """Return how many figures came out like this."""
        return sum(finding.verdict == verdict for finding in self.findings)


def text_in(path: Path) -> str:
    """Return the text of a file, UTF-8 or GB18030. Raises `BadFile`."""
    data = bytes_of(path)
    return data.decode(encoding_of(data, path.name))


def check_text(settings: Settings, text: str, *, since: dt.date | None = None) -> CheckedText:
    """Compare the figures of a text with the register.

    Parameters
    ----------
    settings
        The city, and the day: the register as it was at its end, or as it is now.
    text
        What was pasted or uploaded.
    since
        What was added, delisted or upgraded is counted from the end of this day; if not given, from the end of the year
        before.

    Raises
    ------
    BadChoice
        When the text is longer than `MOST_CHARACTERS`.
    """
    if len(text) > MOST_CHARACTERS:
        longest = ngettext("{count} character", "{count} characters", MOST_CHARACTERS)
        raise BadChoice(
            what=_("Length of the text"), value=f"{len(text):,}", offered=longest.format(count=f"{MOST_CHARACTERS:,}")
        )
    held = holdings(settings)
    day = since or dt.date((settings.on or today()).year - 1, 12, 31)
    stated = mentions(text, held.city)
    moves = movements(settings, since=day) if any(each.change for each in stated) else None
    found = [_compared(each, held, moves) for each in stated]
    return CheckedText(text, held, day, tuple(_with_wholes(found)))


def _compared(mention: Mention, held: Holdings, moves: Movements | None) -> Finding:
    if mention.kind is None or (mention.kind == "base" and (mention.tier or mention.change or mention.in_use)):
        return Finding(mention, "not checkable")
    frame = _changed(mention, moves) if moves and mention.change else _standing(mention, held)
    if mention.tier:
        frame = frame[frame["tier"] == mention.tier]
    if mention.base_kind:
        frame = frame[[mention.base_kind in kinds for kinds in frame["kinds"]]]
    if mention.place:
        frame = frame[_in_place(frame, held, mention.place)]
    agrees = _agrees(mention, len(frame))
    return Finding(mention, "agrees" if agrees else "conflicts", len(frame), tuple(map(str, frame.index)))


def _standing(mention: Mention, held: Holdings) -> GeoDataFrame:
    """Return the records that there are: the stations on the books, or in use where the text says so."""
    if mention.kind == "base":
        return held.bases
    return held.stations[in_use(held.stations)] if mention.in_use else counted_stations(held)


def _changed(mention: Mention, moves: Movements) -> GeoDataFrame:
    """Return the stations that came, left or were upgraded, as they were last."""
    keys = moves.stations.loc[moves.stations["movement"] == mention.change, "station_id"]
    side = moves.before if mention.change == "delisted" else moves.after
    return side.stations.loc[side.stations.index.isin(keys)]


def _in_place(frame: GeoDataFrame, held: Holdings, place: str) -> list[bool]:
    if place in held.city.divisions:
        return [code == place for code in frame["division"]]
    pairs = zip(frame["union_unit"], frame["district"], strict=True)
    return [union_code(held.city, unit, district) == place for unit, district in pairs]


def _agrees(mention: Mention, counted: int) -> bool:
    """Return whether the register's count is what is written; 约 is what it gives when it is rounded as far."""
    if mention.bound == "about":
        step = _step(mention.value)
        return math.floor(counted / step + 0.5) * step == mention.value
    return {
        "exactly": counted == mention.value,
        "at_least": counted >= mention.value,
        "at_most": counted <= mention.value,
    }[mention.bound]


def _step(value: float) -> int:
    """Return the last place that a round number is written to: 10 for 130, 100 for 1,200."""
    step = 1
    while value and value % (step * 10) == 0:
        step *= 10
    return step


def _with_wholes(found: list[Finding]) -> list[Finding]:
    """Return the findings, those that no whole can have marked: a part above its whole, parts above it together."""
    marked, parts_of = list(found), defaultdict[int | None, list[int]](list)
    for at, finding in enumerate(found):
        parts_of[finding.mention.whole].append(at)
    for number, finding in enumerate(found):
        whole, parts = finding.mention, parts_of[number]
        if whole.bound not in {"exactly", "at_most"}:
            continue
        over = [at for at in parts if found[at].mention.value > whole.value]
        if not over and _sum_of_apart(whole, [found[at].mention for at in parts]) > whole.value:
            over = [number]
        for at in over:
            verdict: Verdict = "conflicts"
            marked[at] = Finding(found[at].mention, verdict, found[at].counted, found[at].keys, too_many=True)
    return marked


def _sum_of_apart(whole: Mention, parts: list[Mention]) -> float:
    """Return the most that parts of one division into parts come to: tiers, or places; no station is in two of them."""
    tiers = {part.tier: part.value for part in parts if part.tier != whole.tier and part.place == whole.place}
    places = {part.place: part.value for part in parts if part.place != whole.place and part.tier == whole.tier}
    return max(sum(tiers.values()), sum(places.values()))


def check_table(checked: CheckedText) -> DataFrame:
    """Return the figures as people read them, in the order of the text; index: a number from 1."""
    import pandas as pd

    found = checked.findings
    columns = {
        _("In the text"): [finding.mention.words for finding in found],
        _("Figure"): [_figure(finding.mention) for finding in found],
        _("Counted as"): [_counted_as(finding.mention, checked) for finding in found],
        _("In the register"): pd.array([finding.counted for finding in found], dtype="Int64"),
        _("Result"): [_(VERDICTS[finding.verdict]) for finding in found],
        _("Remark"): [_remark(finding) for finding in found],
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(1, len(found) + 1, name=_("Figure no.")))


def rows_behind(checked: CheckedText, finding: Finding) -> DataFrame:
    """Return the list of the records that the register's figure counts, as people read it."""
    kind = finding.mention.kind or "station"
    here = checked.held.of(kind).index
    return record_list(checked.held, kind, keys=[key for key in finding.keys if key in here])


def summary(checked: CheckedText) -> str:
    """Return in one sentence what came of all figures, and what they were compared with."""
    if not checked.findings:
        return _("No figure was found. A figure is a number with its counter: {example}.").format(example=EXAMPLE)
    told = _(
        "{agree} agree with the register of {day} (revision {revision}), {conflict} conflict, {rest} not checkable."
    )
    return told.format(
        agree=checked.count("agrees"),
        conflict=checked.count("conflicts"),
        rest=checked.count("not checkable"),
        day=checked.held.data_date,
        revision=checked.held.revision,
    )


def _figure(mention: Mention) -> str:
    return _(BOUNDS[mention.bound]).format(value=f"{mention.value:,.10g}")


def _counted_as(mention: Mention, checked: CheckedText) -> str:
    """Return what a figure was taken to count, so that a reader can see whether it was understood."""
    if mention.kind is None:
        return ""
    language, city = current_language(), checked.held.city
    words = [_place(mention.place, checked) if mention.place else city.label(language)]
    words += [mention.tier.label(language)] if mention.tier else []
    if mention.base_kind:
        words.append(mention.base_kind.label(language))
    else:
        words.append(_("stations") if mention.kind == "station" else _("activity bases"))
    words += [Status.IN_USE.label(language)] if mention.in_use else []
    words += [_(CHANGES[mention.change]).format(day=checked.since)] if mention.change else []
    return " · ".join(words)


def _place(code: str, checked: CheckedText) -> str:
    language, city = current_language(), checked.held.city
    if code in city.divisions:
        return city.division_label(code, language)
    return next(union.label(language) for union in city.unions if union.code == code)


def _remark(finding: Finding) -> str:
    mention = finding.mention
    if finding.too_many and mention.whole is not None:
        return _("A part is more than its whole.")
    if finding.too_many:
        return _("Its parts together are more than the whole.")
    if finding.verdict != "not checkable":
        return ""
    if mention.kind == "base":
        return _("The register knows of bases only what kind they are and where.")
    if mention.unit == "%":
        return _("A share depends on the radius: compare it on the page “Coverage and gaps”.")
    return _("The text does not say that it counts stations or activity bases.")
