"""What the datum test found, in words and figures, and as findings of the data doctor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stations.intake.doctor.datum_test import DatumTest, Fit
from stations.intake.doctor.findings import Finding, Severity
from stations.intake.doctor.patient import OUTLINE_M, Patient
from stations.intake.lists.records import Batch
from stations.model.city import City
from stations.model.language import current_language, listed, sentences
from stations.model.language import gettext as _
from stations.model.vocabulary import Datum

SHOWN_ODDS = 9.0
"""Odds beyond a thousand million to one are told as these: the model is not that good."""


def datum_findings(patient: Patient, tests: Sequence[DatumTest]) -> Iterator[Finding]:
    """Yield a finding for each test that finds another datum than the claimed one; it concerns no single row."""
    column = patient.headers.get("datum") or patient.headers.get("lon")
    for test in tests:
        if test.wrong:
            remedy = _(
                "Ask where the coordinates come from: Amap and Tencent give GCJ-02, Baidu BD-09, receivers and "
                "Tianditu WGS84 or CGCS2000. If it is {best}, state that and have the list read again; nothing is "
                "converted by itself."
            ).format(best=datum_name(test.best))
            severity: Severity = "error" if test.confidence == "sure" else "warning"
            message = datum_in_words(test, patient.city)
            yield Finding(None, column, datum_name(test.claimed), severity, message, remedy, "wrong_datum")


def datum_of_headers(batch: Batch) -> Iterator[Finding]:
    """Yield what the headers of the coordinates say of their datum, and whether they are taken for that one."""
    named = batch.columns.datum
    if named is None:
        return
    header = batch.columns.headers["lon"]
    others = {record.source_datum for record in batch.records if record.source_datum} - {named}
    if others:
        message = _("The header says that the coordinates are {named}; they are taken for {others}, as stated.")
        words = message.format(named=named, others=listed(map(str, sorted(others))))
        remedy = _("Ask whoever made the list which of the two is right.")
        yield Finding(None, header, None, "warning", words, remedy, "datum_of_header")
    else:
        words = _("The coordinates are taken for {named}, as their header says.").format(named=named)
        yield Finding(None, header, None, "note", words, _("Nothing to do, if that is right."), "datum_of_header")


def datum_name(datum: Datum) -> str:
    """Return the name of a datum that the test tells apart."""
    return "WGS84/CGCS2000" if datum is Datum.WGS84 else str(datum)


def datum_in_words(test: DatumTest, city: City) -> str:
    """Return the answer of a test with the evidence for it."""
    claimed, best = datum_name(test.claimed), datum_name(test.best)
    answers = {
        (True, "sure"): _("The coordinates are said to be {claimed}, but they are {best}."),
        (True, "likely"): _("The coordinates are said to be {claimed}, but are likely to be {best}."),
        (False, "sure"): _("The coordinates are {claimed}, as they are said to be."),
        (False, "likely"): _("The coordinates are likely to be {claimed}, as they are said to be."),
        (False, "cannot tell"): _("Whether the coordinates are {claimed}, as they are said to be, cannot be told."),
    }
    answer = answers[test.wrong, test.confidence].format(claimed=claimed, best=best)
    where = _("Only the rows of {district}: ").format(district=_district(test, city)) if test.district else ""
    return where + sentences([answer, *_evidence(test)])


def _district(test: DatumTest, city: City) -> str:
    return city.division_label(str(test.district), current_language())


def _evidence(test: DatumTest) -> Iterator[str]:
    fits = [test.fits[datum] for datum in dict.fromkeys((test.claimed, test.best, *test.fits))]
    if test.compared:
        words = _("Of {rows} rows with a district, so many lie outside it (by more than {far:.0f} m): {counts}.")
        counts = _each(fits, "{outside} ({far_outside})")
        yield words.format(rows=f"{test.compared:,}", far=OUTLINE_M, counts=counts)
        if test.misfit:
            words = _(
                "At best {fitting} of them lie in their district or close to it: the others may state a wrong one, "
                "so that districts are poor evidence here."
            )
            yield words.format(fitting=f"{test.fitting:,}")
        best = test.fits[test.best]
        if test.wrong and best.log_odds > 0:
            yield _("By the districts the odds are {odds} to 1 for {best}.").format(
                odds=f"{10 ** min(best.log_odds, SHOWN_ODDS):,.0f}", best=datum_name(test.best)
            )
    else:
        yield _("No row names a district of the city.")
    if test.known:
        counts = _each(fits, _("{off} m (spread {spread} m)"))
        words = _("{rows} rows are in the register; by the median it has them so far away: {offsets}.")
        yield words.format(rows=f"{test.known:,}", offsets=counts)
        if test.wrong:
            own = test.fits[test.claimed]
            words = _("It is the same offset for all of them, {east:+.0f} m east and {north:+.0f} m north.")
            yield words.format(east=own.east_m, north=own.north_m)


def _each(fits: Sequence[Fit], form: str) -> str:
    """Return a figure of each datum, the claimed one first."""
    return _("; ").join(
        _("as {datum} {figure}").format(
            datum=datum_name(fit.datum),
            figure=form.format(
                outside=fit.outside,
                far_outside=fit.far_outside,
                off=f"{fit.off_m:,.0f}",
                spread=f"{fit.spread_m:,.0f}",
            ),
        )
        for fit in fits
    )
