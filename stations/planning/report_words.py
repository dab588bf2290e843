"""The words of a report: the paragraphs of the template that ships, and what its tags name."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import stations
from stations.model import numbers
from stations.model.language import current_language, mark, ngettext, sentences
from stations.model.language import gettext as _
from stations.model.schema import RECORDS
from stations.model.vocabulary import SnapshotKind, Tier
from stations.planning.comparison_tables import uncounted
from stations.planning.downloads import provenance
from stations.planning.movements import MOVEMENTS, Movements, counted_stations
from stations.planning.register import Holdings
from stations.planning.report_scope import Scope, stated
from stations.planning.show import accounts, basis, day_notes, district_name, uncounted_before, undated_note

if TYPE_CHECKING:
    from stations.output.report_template import Block

LEAD = mark(
    "At the end of {{ day }}, {{ place }} had {{ stations_told }}; and {{ bases_told }}. {{ coverage }} {{ gaps }} "
    "{{ changes }}"
)
TABLE_NUMBER, FIGURE_NUMBER = mark("Table {{ table_number() }}"), mark("Figure {{ figure_number() }}")


def blocks() -> list[Block]:
    """Return the paragraphs of the template that ships, in the reader's language."""
    from stations.output import report_template as looks
    from stations.output.report_template import Block

    def heading(text: str) -> Block:
        return Block(looks.LEVEL_1, text)

    def part(text: str, key: str) -> list[Block]:
        return _if(f"tables.{key}", [Block(looks.LEVEL_2, text), *_table(key)])

    return [
        Block(looks.TITLE, "{{ title }}"),
        Block(looks.DAY, _("(as of {{ day }})")),
        *_if("demonstration", [Block(looks.NOTICE, "{{ demonstration }}")]),
        heading(_("1. Overview")),
        Block(looks.BODY, "{{ lead }}"),
        heading(_("2. Stations and bases")),
        *part(_("2.1 By district"), "districts"),
        *_figure("tiers"),
        *part(_("2.2 By tier"), "tiers"),
        *part(_("2.3 Bases by kind"), "kinds"),
        *part(_("2.4 By county-level union"), "unions"),
        heading(_("3. The year")),
        Block(looks.BODY, "{{ changes }}"),
        *_table("account"),
        *_table("account_districts"),
        *_table("movements"),
        *_table("coverage_change"),
        heading(_("4. Coverage and gaps")),
        Block(looks.BODY, sentences(["{{ coverage }}", "{{ gaps }}"])),
        *_table("coverage"),
        *_figure("gaps"),
        *_table("gaps"),
        heading(_("5. How the figures are made")),
        *_each("method"),
        heading(_("Appendix: sources")),
        *_each("sources"),
    ]


def _if(condition: str, inside: list[Block]) -> list[Block]:
    from stations.output.report_template import BODY, Block

    return [Block(BODY, f"{{%p if {condition} %}}"), *inside, Block(BODY, "{%p endif %}")]


def _each(name: str) -> list[Block]:
    from stations.output.report_template import BODY, Block

    inside = [f"{{%p for line in {name} %}}", "{{ line }}", "{%p endfor %}"]
    return [Block(BODY, text) for text in inside]


def _table(key: str) -> list[Block]:
    """Return a table with its title above and its note below, left out where there is nothing to tell."""
    from stations.output.report_template import BODY, NOTE, TABLE_TITLE, Block

    title = "  ".join([_(TABLE_NUMBER), f"{{{{ tables.{key}.title }}}}"])
    inside = [Block(TABLE_TITLE, title), Block(BODY, f"{{{{p tables.{key} }}}}"), Block(NOTE, f"{{{{ notes.{key} }}}}")]
    return _if(f"tables.{key}", inside)


def _figure(key: str) -> list[Block]:
    from stations.output.report_template import BODY, FIGURE_TITLE, Block

    title = "  ".join([_(FIGURE_NUMBER), f"{{{{ figures.{key}.title }}}}"])
    return [Block(BODY, f"{{{{p figures.{key} }}}}"), Block(FIGURE_TITLE, title)]


def words_of(scope: Scope, moves: Movements, *, year: int) -> dict[str, Any]:
    """Return what the tags of a template may name beside tables and figures: texts, and lists of paragraphs."""
    counted, held = counted_stations(scope.held), scope.held
    tiers = {tier.value: numbers.people(int((counted["tier"] == tier).sum())) for tier in Tier}
    other = tiers.pop(Tier.NONE.value)
    said = _counted(held, {"stations": len(counted), "bases": len(held.bases)}, tiers={**tiers, "other": other})
    words = {
        "title": _("Report on the service stations of {place}, {year}").format(place=scope.place, year=year),
        "year": str(year),
        "place": scope.place,
        "city": held.city.label(current_language()),
        "day": day(held.on),
        "since": day(moves.before.on),
        "radius": numbers.stated(scope.answer.question.radius_m),
        **said,
        "coverage": coverage(scope),
        "gaps": gaps(scope),
        "changes": changes(moves),
        "method": _method(scope, moves),
        "sources": _sources(scope),
        "provenance": provenance(held),
        "revision": str(held.revision),
        "version": stations.__version__,
        "demonstration": _("Demonstration data: the stations and bases are made up.") if held.demonstration else "",
    }
    return words | {"lead": _lead(words)}


def _lead(words: dict[str, Any]) -> str:
    from stations.output.report_word import sentence

    return sentence(_(LEAD), words)


def _counted(held: Holdings, counts: dict[str, int], *, tiers: dict[str, str]) -> dict[str, str]:
    """Return the counts as words, and in sentences that say why one is not known."""
    undated = {"stations": held.undated["station"], "bases": held.undated["base"]}
    shown = {name: numbers.people(count) for name, count in counts.items()}
    known = {
        "stations": _(
            "{count} service stations: {national} national, {provincial} provincial, {municipal} municipal and "
            "{other} without an honour"
        ),
        "bases": _("{count} activity bases"),
    }
    least = {
        "stations": _(
            "at least {count} service stations: {national} national, {provincial} provincial, {municipal} municipal "
            "and {other} without an honour ({reason})"
        ),
        "bases": _("at least {count} activity bases ({reason})"),
    }
    unknown = {
        "stations": _("an unknown number of service stations ({reason})"),
        "bases": _("an unknown number of activity bases ({reason})"),
    }
    said = {name: str(stated(counts[name], undated[name])) if undated[name] else shown[name] for name in counts}
    for name, kind in zip(counts, RECORDS, strict=True):
        text = known[name] if not undated[name] else least[name] if counts[name] else unknown[name]
        reason = undated_note(held, kind).rstrip(".。")
        said[f"{name}_told"] = text.format(count=shown[name], reason=reason, **tiers)
    return said | {
        name: _("not known") if undated["stations"] and text == "0" else text for name, text in tiers.items()
    }


def day(date: dt.date | None) -> str:
    """Return a day as a text has it: 2026年12月31日, or 31 December 2026."""
    from babel.dates import format_date

    if date is None:
        return ""
    pattern = "d MMMM y" if current_language() == "en" else "long"
    return str(format_date(date, pattern, locale=current_language()))


def coverage(scope: Scope) -> str:
    """Return who has a station within reach; of a union, of whosever stations, and of its own alone."""
    answer, radius = scope.answer, numbers.stated(scope.answer.question.radius_m)
    if answer.people is None or answer.group is None:
        words = _("There is no population data: {share} of the land of {city} is within {radius} of a station.")
        city = scope.held.city.label(current_language())
        return words.format(share=numbers.share(answer.covered_share), city=city, radius=radius)
    place, total, covered = scope.place, answer.total, answer.covered
    apart = ""
    if scope.union is not None:
        people, reached = (answer.districts[name].to_dict() for name in ("people", "covered_people"))
        place = district_name(scope.held, scope.union.parent)
        total, covered = float(people[scope.union.parent]), float(reached[scope.union.parent])
        if scope.union.zone:
            apart = _("The people of {union} are counted with those of {district}.").format(
                union=scope.place, district=place
            )
    words = (
        _("{covered} of the {people} people in {place} ({group}) have a station within {radius}: {share}.")
        if scope.union is None
        else _(
            "{covered} of the {people} people in {place} ({group}) have a station of the city, whosever it is, within "
            "{radius}: {share}."
        )
    )
    told = words.format(
        covered=numbers.people(covered),
        people=numbers.people(total),
        place=place,
        group=answer.group.label(current_language()),
        radius=radius,
        share=numbers.share(covered / total if total else None),
    )
    return sentences(filter(None, [apart, told, _own_reach(scope, total)]))


def _own_reach(scope: Scope, total: float) -> str:
    """Return how many of the people of its district the stations of a union alone reach."""
    if scope.union is None or scope.own is None:
        return ""
    reached = float(scope.own.districts["covered_people"].to_dict()[scope.union.parent])
    words = _("The stations of {union} alone reach {covered} of them: {share}.")
    share = numbers.share(reached / total if total else None)
    return words.format(union=scope.place, covered=numbers.people(reached), share=share)


def gaps(scope: Scope) -> str:
    """Return how many gaps there are, and how large the largest is."""
    if scope.gaps.empty:
        return _("No gap was found.")
    largest, hosted = scope.gaps.iloc[0], int((scope.gaps["hosts"] > 0).sum())
    size = (
        numbers.area(largest["area_km2"])
        if scope.answer.people is None
        else _("{people} people").format(people=numbers.people(largest["people"]))
    )
    shown = str(hosted)
    words = _(
        "Gaps in coverage: {count}, the largest in {district} with {size}; in {hosted} of them lie bases that could "
        "host a station."
    )
    if scope.answer.holdings.undated["base"]:
        words = _(
            "Gaps in coverage: {count}, the largest in {district} with {size}; gaps with bases that could host a "
            "station: {hosted} (the bases of that day are not all known)."
        )
        shown = str(stated(hosted, scope.answer.holdings.undated["base"]))
    district = district_name(scope.held, largest["district"])
    told = words.format(count=numbers.people(len(scope.gaps)), district=district, size=size, hosted=shown)
    if scope.union is None or not scope.union.zone:
        return told
    whose = _("The gaps are those of {district}, in which the zone lies.")
    return sentences([whose.format(district=district_name(scope.held, scope.union.parent)), told])


def changes(moves: Movements) -> str:
    """Return what happened since the day that is compared with."""
    counts = moves.stations["movement"].value_counts()
    each = {movement: numbers.people(int(counts.get(movement, 0))) for movement in MOVEMENTS}
    if not counts.get("undated"):
        words = _(
            "Compared with {since}: {added} stations added, {upgraded} upgraded, {moved} moved, {delisted} delisted."
        )
    else:
        words = _(
            "Compared with {since}, as far as opening days are known: {added} stations added, {upgraded} upgraded, "
            "{moved} moved, {delisted} delisted. {undated} more were entered since, and nobody knows when they opened: "
            "whether they are new cannot be told."
        )
    told = words.format(since=day(moves.before.on), **each)
    lowered, left = (int(counts.get(movement, 0)) for movement in ("downgraded", "uncounted"))
    fell = ngettext(
        "{count} station has a lower tier than before.", "{count} stations have a lower tier than before.", lowered
    )
    more = [fell.format(count=each["downgraded"])] if lowered else []
    return sentences([told, *more, *([uncounted(left)] if left else [])])


def figure_title(scope: Scope, kind: SnapshotKind) -> str:
    """Return the title below a map, which shows the city, or the district of a union with the gaps of all of it."""
    city = scope.place
    if scope.union is not None and kind is not SnapshotKind.TIERS:
        city = district_name(scope.held, scope.union.parent)
    if kind is SnapshotKind.TIERS:
        return _("Service stations of {city} by tier").format(city=city)
    radius = numbers.stated(scope.answer.question.radius_m)
    return _("Gaps in {city} beyond {radius} from every station").format(city=city, radius=radius)


def notes_of(scope: Scope, moves: Movements, hidden: dict[str, int]) -> dict[str, str]:
    """Return what stands below each table: of which data it is, and how many rows only the workbook has."""
    dated = _("Source: the register of {date}, revision {revision}.").format(
        date=day(scope.held.on), revision=scope.held.revision
    )
    more = _("{count} more rows are in the workbook (XLSX).")
    kinds = _("A base may be of several kinds.")
    stations, bases = (undated_note(scope.held, kind) for kind in RECORDS)
    before = undated_note(moves.before, "station")
    own = {
        "kinds": [kinds, bases],
        "gaps": [bases],
        "coverage": [stations],
        "tiers": [stations],
        **{key: [stations, bases] for key in ("districts", "unions")},
        **{key: [before, stations] for key in ("account", "account_districts", "movements")},
        "coverage_change": [uncounted_before(moves.before), stations],
    }
    left = {key: [more.format(count=numbers.people(count))] if count else [] for key, count in hidden.items()}
    return {key: sentences([dated, *filter(None, own.get(key, [])), *left[key]]) for key in hidden}


def _method(scope: Scope, moves: Movements) -> list[str]:
    radius = numbers.stated(scope.answer.question.radius_m)
    told = [
        _("Every station of the register counts but the planned and the delisted; its tier is its highest honour."),
        basis(scope.answer),
        _(
            "A gap is a place where people live (where none are known: land) farther than {radius} from every station."
        ).format(radius=radius),
    ]
    if scope.union is not None:
        told += [
            _("Stations and bases are those that name {union}, else those of its district.").format(union=scope.place),
            _(
                "People reach every station of the city, whosever it is; the maps show its district, and gaps are "
                "ranked within it."
            ),
        ]
    return [*told, *dict.fromkeys([*day_notes(moves.before), *day_notes(scope.answer.holdings)])]


def _sources(scope: Scope) -> list[str]:
    held = scope.held
    census = [held.city.census.source] if held.city.census else []
    outlines = _("District outlines are good to about 350 m; the recorded district counts.")
    program = _("Made with Station Atlas {version}.").format(version=stations.__version__)
    return [provenance(held), *accounts(scope.answer), *census, outlines, program]
