"""The commands that answer a question about coverage, and the streets that distances may follow."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from stations.cli.options import question_of, ready, settings_of, wants_json
from stations.cli.printing import print_frame, print_json, working
from stations.model import numbers
from stations.model.errors import BadChoice, NotGiven, writing
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.travel import MODES, as_mode
from stations.model.vocabulary import GapOrder

answers = typer.Typer()
network = typer.Typer(help=mark("The street network that distances may follow."), no_args_is_help=True)


@answers.command(help=mark("Say how many people (or how much land) are within reach, by district."))
def assess(context: typer.Context) -> None:
    from stations.planning.coverage.show import district_table
    from stations.planning.coverage.tables import group_table
    from stations.planning.publishing.contract import assessment_document

    answer = _answered(context)
    if wants_json(context):
        print_json(assessment_document(answer))
        return
    print_frame(district_table(answer))
    if len(answer.groups) > 1:
        print_frame(group_table(answer))
    _sum_up(answer)


@answers.command(help=mark("List the gaps, largest first, or print them as GeoJSON."))
def gaps(
    context: typer.Context,
    *,
    order: Annotated[
        GapOrder, typer.Option(help=mark("What the gaps are listed by; their number stays the rank by people."))
    ] = GapOrder.PEOPLE,
    since: Annotated[
        str | None, typer.Option(help=mark("Also say what became of the gaps since the end of this day."))
    ] = None,
) -> None:
    from stations.planning.coverage.gap_tables import gap_table
    from stations.planning.publishing.contract import gap_features

    if since is not None:
        _followed(context, since)
        return
    answer = _answered(context)
    if wants_json(context):
        print_json(gap_features(answer, order=order))
    else:
        print_frame(gap_table(answer, order=order))
        _sum_up(answer)


@answers.command(
    help=mark("Say how far people go, how often, how fairly and when they are covered, and how sure that is.")
)
def reach(
    context: typer.Context,
    *,
    area: Annotated[
        Path | None, typer.Option(help=mark("Also write the land within reach to this file (GeoJSON)."))
    ] = None,
    date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=mark("Also give the day curve of this date."))
    ] = None,
    holiday: Annotated[bool, typer.Option("--holiday", help=mark("The date is a public holiday."))] = False,
) -> None:
    import json

    from stations.planning.coverage import tables
    from stations.planning.coverage.measures import measured
    from stations.planning.publishing.contract import area_features, reach_document, rows_of

    if holiday and date is None:
        raise NotGiven(what=mark("Date"), offered=mark("--date DAY with --holiday"))
    settings = ready(settings_of(context))
    question = question_of(context, settings)
    with working(_("Measuring …")):
        measures = measured(settings, question)
        document = reach_document(measures)
    if area is not None:
        with writing(area):
            area.write_text(json.dumps(area_features(measures)), encoding="utf-8")
    day = measures.day(date.date(), holiday=holiday) if date else None
    if wants_json(context):
        print_json(document | ({} if day is None else {"day": rows_of(day)}))
        return
    makers = (tables.division_table, tables.union_table, tables.critical_table, tables.week_table, tables.radius_table)
    for made in makers:
        print_frame(made(measures))
    if day is not None:
        print_frame(tables.day_table(day))
    print_frame(tables.lorenz_table(measures).iloc[::10])
    for fact in (*tables.facts(measures), *tables.evenness(measures)):
        typer.echo(f"{fact.label}: {fact.value}. {fact.counts}")
    _sum_up(measures.answer)
    for words in tables.street_notes(measures):
        typer.echo(words)


@answers.command(help=mark("Compare coverage with what a scenario would make of it; the register stays as it is."))
def whatif(
    context: typer.Context,
    *,
    add: Annotated[
        list[str] | None, typer.Option(help=mark("A new station at LON,LAT (WGS84); may be repeated."))
    ] = None,
    close: Annotated[
        list[str] | None, typer.Option(help=mark("A station that closes: its number; may be repeated."))
    ] = None,
    move: Annotated[
        list[str] | None, typer.Option(help=mark("A station that moves: NUMBER=LON,LAT; may be repeated."))
    ] = None,
    award: Annotated[
        list[str] | None, typer.Option(help=mark("A station that gets a tier: NUMBER=TIER; may be repeated."))
    ] = None,
) -> None:
    from dataclasses import replace

    from stations.planning.coverage import comparison_tables as tables
    from stations.planning.coverage.comparison import whatif as compared
    from stations.planning.publishing.contract import comparison_document
    from stations.planning.questions import scenario_of

    settings = ready(settings_of(context))
    question = question_of(context, settings)
    wished = scenario_of(add=add or (), close=close or (), move=_pairs(move, "--move"), award=_pairs(award, "--award"))
    if wished is None and question.scenario is None:
        offered = mark("--add, --close, --move, --award or --scenario")
        raise BadChoice(what=mark("Scenario"), value="", offered=offered)
    with working(_("Counting who is within reach …")):
        comparison = compared(settings, replace(question, scenario=wished or question.scenario))
    if wants_json(context):
        print_json(comparison_document(comparison))
        return
    print_frame(tables.comparison_table(comparison))
    print_frame(tables.followed_table(comparison))
    _sum_up(comparison.after)


@answers.command(
    help=mark("List the stations added, delisted, honoured and moved since a day, with an account that adds up.")
)
def movements(
    context: typer.Context,
    *,
    since: Annotated[str, typer.Option(help=mark("The end of this day, for example 2024-12-31."))],
) -> None:
    from stations.planning.coverage import comparison_tables as tables
    from stations.planning.coverage.show import day_notes
    from stations.planning.publishing.contract import movement_document
    from stations.planning.questions import day_from
    from stations.planning.records.movements import movements as moved

    moves = moved(ready(settings_of(context)), since=day_from(since))
    if wants_json(context):
        print_json(movement_document(moves))
        return
    print_frame(tables.account_table(moves, "tier"))
    print_frame(tables.account_table(moves, "division"))
    print_frame(tables.movement_table(moves))
    for words in (tables.movement_sentence(moves), *day_notes(moves.before)):
        typer.echo(words)


@answers.command(help=mark("Compare the figures of a text with the register: what agrees, and what conflicts."))
def figures(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help=mark("The text, as a .txt or .docx file."))],
    *,
    since: Annotated[
        str | None, typer.Option(help=mark("What was added or delisted is counted from the end of this day."))
    ] = None,
) -> None:
    from stations.planning.publishing.contract_checks import checked_document
    from stations.planning.questions import day_from
    from stations.planning.reporting.text_check import check_text, text_in
    from stations.planning.reporting.text_check_tables import check_table, summary

    settings = ready(settings_of(context))
    checked = check_text(settings, text_in(path), since=day_from(since) if since else None)
    if wants_json(context):
        print_json(checked_document(checked))
    else:
        print_frame(check_table(checked))
        typer.echo(summary(checked))
    if checked.count("conflicts"):
        raise typer.Exit(1)


def _followed(context: typer.Context, since: str) -> None:
    from stations.planning.coverage.comparison import between
    from stations.planning.coverage.comparison_tables import comparison_table, followed_table
    from stations.planning.coverage.show import day_notes
    from stations.planning.publishing.contract import followed_features
    from stations.planning.questions import day_from

    settings = ready(settings_of(context))
    comparison = between(settings, question_of(context, settings), since=day_from(since))
    if wants_json(context):
        print_json(followed_features(comparison))
        return
    print_frame(comparison_table(comparison))
    print_frame(followed_table(comparison))
    _sum_up(comparison.after)
    for words in day_notes(comparison.before.holdings):
        typer.echo(words)


def _answered(context: typer.Context) -> Any:
    from stations.planning.coverage.assess import assess as answer_of

    settings = ready(settings_of(context))
    question = question_of(context, settings)
    with working(_("Counting who is within reach …")):
        return answer_of(settings, question)


def _pairs(given: list[str] | None, option: str) -> list[tuple[str, str]]:
    """Return NUMBER=WHAT as two words each. Raises `BadChoice`."""
    parts = [tuple(text.rsplit("=", 1)) for text in given or ()]
    for part in parts:
        if len(part) != 2:
            raise BadChoice(what=option, value=part[0], offered=mark("two words with = between them"))
    return [(part[0], part[1]) for part in parts]


def _sum_up(answer: Any) -> None:
    from stations.planning.coverage.show import basis, coverage_sentence

    typer.echo(coverage_sentence(answer))
    typer.echo(basis(answer))


@network.command("import", help=mark("Import the streets of an OpenStreetMap file (.osm.pbf or .osm)."))
def import_streets(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=mark("The file to import."))],
    *,
    mode: Annotated[
        list[str] | None, typer.Option(help=mark("walk, ebike or truck; all of them if not given."))
    ] = None,
) -> None:
    from stations.planning.coverage.assess import near_streets
    from stations.planning.coverage.streets import import_network
    from stations.planning.publishing.contract import network_document

    settings, modes = settings_of(context), [as_mode(name) for name in mode] if mode else MODES
    with working(_("Importing {file}").format(file=file.name)):
        kept = import_network(settings, file, modes=modes)
    if wants_json(context):
        print_json(network_document(kept))
        return
    words = _("{mode}: {nodes} nodes, {edges} pieces of street.")
    near = _("{mode}: {share} of the people live near enough to a street to be counted on it.")
    for name, each in kept.items():
        typer.echo(words.format(mode=name, nodes=f"{each.nodes:,}", edges=f"{each.edges:,}"))
        share = near_streets(settings, name)
        if share is not None:
            typer.echo(near.format(mode=name, share=numbers.share(share)))
