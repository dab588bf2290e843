"""The command that writes the yearly report: one file, or a folder for every county-level union."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from stations.cli.options import ready, settings_of, wants_json
from stations.cli.printing import print_json, stepping
from stations.model.errors import BadChoice
from stations.model.files import write_whole
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.travel import ReachName

reports = typer.Typer()
_WHAT = mark("-o FILE, --every union -o FOLDER, or --template-out FILE")


@reports.command(help=mark("Write the yearly report: Word (.docx), a page (.html) or a workbook (.xlsx)."))
def report(
    context: typer.Context,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=mark("The file to write, or the folder with --every."))
    ] = None,
    year: Annotated[int | None, typer.Option(help=mark("The year it reports on; this one if not given."))] = None,
    since: Annotated[
        str | None, typer.Option(help=mark("Compare with the end of this day; that of the year before if not given."))
    ] = None,
    union: Annotated[str | None, typer.Option(help=mark("Report on this county-level union alone."))] = None,
    every: Annotated[
        Literal["union"] | None, typer.Option(help=mark("A folder for each union; what is finished is kept."))
    ] = None,
    radius: Annotated[float, typer.Option(min=1, max=100_000, help=mark("Service radius in metres."))] = 1000.0,
    reach: Annotated[
        ReachName, typer.Option(help=mark("How distance is measured: straight, or along imported streets."))
    ] = "straight",
    scenario: Annotated[
        str | None,
        typer.Option(help=mark("Propose the stations of this scenario: its name, or as a link of the page says it.")),
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help=mark("Your own template, a Word file (see --template-out)."))
    ] = None,
    template_out: Annotated[
        Path | None, typer.Option(help=mark("Write the template to this file, to be edited in Word."))
    ] = None,
) -> None:
    from stations.planning.coverage.assess import Question
    from stations.planning.questions import day_from, today
    from stations.planning.reporting import report as planned
    from stations.planning.siting.scenarios import scenario_named

    settings = settings_of(context)
    if template_out is not None:
        content = planned.template(settings)
        write_whole(template_out, content)
        _written(context, template_out, len(content))
        return
    if output is None or (every and union):
        raise BadChoice(what=_("Report"), value=union or mark("none"), offered=_WHAT)
    settings = ready(settings)
    question = Question(radius_m=radius, reach=reach)
    compared = day_from(since) if since else None
    wish = planned.order(
        settings,
        year or (settings.on or today()).year,
        question=question,
        since=compared,
        union=union,
        scenario=scenario_named(settings, scenario) if scenario else None,
    )
    own = planned.template_in(template) if template else None
    if every:
        _every(context, settings, output, wish, own)
        return
    with stepping(planned.STEPS) as told:
        size = planned.write(settings, output, wish, own=own, told=told)
    _written(context, output, size)


def _written(context: typer.Context, path: Path, size: int) -> None:
    if wants_json(context):
        print_json({"file": str(path), "bytes": size})
    else:
        typer.echo(_("Written: {file}").format(file=path))


def _every(context: typer.Context, settings: Any, folder: Path, wish: Any, own: Any) -> None:
    from stations.planning.register import city_of
    from stations.planning.reporting.batch import every_union

    with stepping(len(city_of(settings).unions)) as told:
        done = list(every_union(settings, folder, wish, own=own, told=lambda number, _total, name: told(number, name)))
    if wants_json(context):
        print_json({"folders": [{"union": each.union, "folder": str(each.path), "made": each.made} for each in done]})
        return
    made = sum(each.made for each in done)
    words = _("{made} reports written to {folder}; {kept} were finished already.")
    typer.echo(words.format(made=made, kept=len(done) - made, folder=folder))
