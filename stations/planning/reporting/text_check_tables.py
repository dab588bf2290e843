"""What came of the figures of a text as people read it: the table, the remarks, the rows, and the text in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stations.intake.texts.mentions import Mention
from stations.intake.texts.numerals import Bound
from stations.model.counted import Change, Counted
from stations.model.language import current_language, listed, mark
from stations.model.language import gettext as _
from stations.planning.questions import today
from stations.planning.records.listing import record_list
from stations.planning.reporting.text_check import MOST_DAYS, CheckedText, Finding, Reason, Times, Verdict

if TYPE_CHECKING:
    from pandas import DataFrame

EXAMPLE = "98个, 一千余家, 98 stations"
VERDICTS: dict[Verdict, str] = {
    "agrees": mark("agrees"),
    "conflicts": mark("conflicts"),
    "not checkable": mark("not checkable"),
}
BOUNDS: dict[Bound, str] = {
    "exactly": "{value}",
    "at_least": mark("at least {value}"),
    "more_than": mark("more than {value}"),
    "at_most": mark("at most {value}"),
    "less_than": mark("less than {value}"),
    "nearly": mark("nearly {value}"),
    "about": mark("about {value}"),
    "between": mark("{value} to {upper}"),
}
CHANGES: dict[Change, str] = {
    "added": mark("added since {day}"),
    "delisted": mark("delisted since {day}"),
    "upgraded": mark("upgraded since {day}"),
    "honoured": mark("honoured since {day}"),
    "grown": mark("more than on {day}"),
    "shrunk": mark("fewer than on {day}"),
}
REASONS: dict[Reason, str] = {
    "unsaid": mark("The text does not say that it counts stations or activity bases."),
    "other": mark("It counts something that is no station and no activity base."),
    "reach": mark("Whom stations reach depends on the radius: compare it on the page “Coverage and gaps”."),
    "share": mark("The text does not say of what this is a share."),
    "plan": mark("It is a plan or a wish, not what is there."),
    "denied": mark("It says what is not there, or what is left out."),
    "elsewhere": mark("It speaks of another place than the city, its districts and its unions, or may do so."),
    "qualified": mark(
        "It may count only some of them: the text names premises, equipment, a batch or an average beside it."
    ),
    "several": mark("It counts more than one thing together: give each its own figure."),
    "unread": mark("What stands beside it is not understood: {unread}"),
    "readings": mark(
        "It is not the number that its words name first, but another that they may mean (of the union instead of the "
        "district, or of all of the city). Name which."
    ),
    "times": mark("It says how many times as many there are. Write both numbers, or the increase in percent."),
    "rough": mark("A fraction is said of what is near it, too. Write it in percent, or with “more than”."),
    "bases": mark("The register knows of bases only what kind they are and where."),
    "ahead": mark("The day that the text names lies ahead."),
    "vague": mark("The text does not say which year it speaks of. Choose the day."),
    "days": mark("The text names more than {most} days. Check it in parts."),
    "unsure": mark("The register does not know this of {count} records: it may be {low} to {high}."),
}


MOST_SHOWN = 1000
"""Figures of a text that are shown at a time; a page with more of them is slow to read and to draw."""


class Piece(NamedTuple):
    """A piece of a text: `number` is the place of its figure among the findings, ``None`` for what lies between."""

    text: str
    number: int | None
    verdict: Verdict | None


def pieces(checked: CheckedText) -> Iterator[Piece]:
    """Yield a checked text in pieces; together they are the text."""
    at = 0
    for number, finding in enumerate(checked.findings):
        start, end = finding.mention.number.start, finding.mention.number.end
        yield Piece(checked.text[at:start], None, None)
        yield Piece(checked.text[start:end], number, finding.verdict)
        at = end
    yield Piece(checked.text[at:], None, None)


def first(checked: CheckedText) -> CheckedText:
    """Return the beginning of a checked text, with no more than `MOST_SHOWN` figures."""
    if len(checked.findings) <= MOST_SHOWN:
        return checked
    shown = checked.findings[:MOST_SHOWN]
    return replace(checked, text=checked.text[: shown[-1].mention.number.end] + " …", findings=shown)


def check_table(checked: CheckedText) -> DataFrame:
    """Return the figures as people read them, in the order of the text; index: a number from 1.

    What matters stands first: a phone shows no more without being pushed aside.
    """
    import pandas as pd

    found = checked.findings
    columns = {
        _("Result"): [_(VERDICTS[finding.verdict]) for finding in found],
        _("Figure"): [figure(finding.mention) for finding in found],
        _("In the register"): [in_register(finding) for finding in found],
        _("Remark"): [remark(finding) for finding in found],
        _("In the text"): [finding.mention.words for finding in found],
        _("Register of"): [day(finding.times) for finding in found],
        _("Counted as"): [counted_as(finding, checked) for finding in found],
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(1, len(found) + 1, name=_("Figure no.")))


def rows_behind(checked: CheckedText, finding: Finding) -> DataFrame:
    """Return the list of the records that the register's figure counts, as people read it."""
    kind = finding.mention.counts.kind if finding.mention.counts else "station"
    keys = finding.count.keys if finding.count else frozenset()
    held = checked.registers.on(finding.times.on if finding.times else checked.held.on)
    if not keys <= set(held.of(kind).index) and finding.times:  # those that are gone stand in the register of before
        held = checked.registers.on(finding.times.since)
    return record_list(held, kind, keys=[key for key in held.of(kind).index if key in keys])


def summary(checked: CheckedText) -> str:
    """Return in one sentence what came of all figures, and what they were compared with."""
    if not checked.findings:
        return _("No figure was found. A figure is a number with its counter: {example}.").format(example=EXAMPLE)
    told = _(
        "{agree} agree with the register, {conflict} conflict, {rest} not checkable "
        "(as of {days}, revision {revision})."
    )
    days = dict.fromkeys(day(finding.times) for finding in checked.findings if finding.times)
    return told.format(
        agree=checked.count("agrees"),
        conflict=checked.count("conflicts"),
        rest=checked.count("not checkable"),
        days=listed(days or [checked.held.data_date]),
        revision=checked.held.revision,
    )


def figure(mention: Mention) -> str:
    """Return a figure with its limit in words."""
    number = mention.number
    sign = "%" if number.is_share else ""
    value, upper = (f"{each or 0:,.10g}{sign}" for each in (number.value, number.upper))
    return _(BOUNDS[number.bound]).format(value=value, upper=upper)


def day(times: Times | None) -> str:
    """Return the day whose register a figure is held against."""
    return "" if times is None else (times.on or today()).isoformat()


def in_register(finding: Finding) -> str:
    """Return what the register gives, as it is compared."""
    if finding.low is None or finding.high is None:
        return ""
    if finding.mention.number.is_share:
        decimals = max(1, finding.mention.number.decimals)
        low, high = f"{finding.low:.{decimals}f}%", f"{finding.high:.{decimals}f}%"
    else:
        low, high = f"{finding.low:,.0f}", f"{finding.high:,.0f}"
    return low if low == high else f"{low}–{high}"


def counted_as(finding: Finding, checked: CheckedText) -> str:
    """Return what a figure was taken to count, so that a reader can see whether it was understood."""
    counts, of = finding.mention.counts, finding.mention.of
    if counts is None:
        return ""
    since = finding.times.since.isoformat() if finding.times else "…"
    words = _counted(counts, checked, since)
    return _("{part} of {whole}").format(part=words, whole=_counted(of, checked, since)) if of else words


def _counted(counts: Counted, checked: CheckedText, since: str) -> str:
    language, city = current_language(), checked.held.city
    words = [_place(counts.place, checked) if counts.place else city.label(language)]
    words += [_("by union")] if counts.union else []
    words += [counts.tier.label(language)] if counts.tier else []
    if counts.base_kind:
        words.append(counts.base_kind.label(language))
    else:
        words.append(_("stations") if counts.kind == "station" else _("activity bases"))
    words += [counts.status.label(language)] if counts.status else []
    words += [_(CHANGES[counts.change]).format(day=since)] if counts.change else []
    return " · ".join(words)


def _place(code: str, checked: CheckedText) -> str:
    language, city = current_language(), checked.held.city
    if code in city.divisions:
        return city.division_label(code, language)
    return next(union.label(language) for union in city.unions if union.code == code)


def remark(finding: Finding) -> str:
    """Return why a figure cannot be checked, or what is wrong with it besides its number."""
    if finding.too_many and finding.mention.whole is not None:
        return _("A part is more than its whole.")
    if finding.too_many:
        return _("Its parts together are more than the whole.")
    if finding.reason is None:
        return ""
    count = finding.count.most - finding.count.least if finding.count else 0
    fields = {"most": MOST_DAYS, "count": f"{count:,}", "low": finding.low, "high": finding.high}
    fields["unread"] = finding.mention.unread
    if finding.low is not None and finding.high is not None:
        fields["low"], _dash, fields["high"] = in_register(finding).partition("–")
    return _(REASONS[finding.reason]).format(**fields)
