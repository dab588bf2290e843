"""The command line: ``python -m stations …``. It reads wishes and shows results, nothing else.

Everything heavy is imported inside the command that needs it, so that ``--help`` answers at once. With ``--json``
standard output carries one JSON document and everything else goes to standard error. Exit code 0: done; 1: refused
or failed, with a message; 2: wrong usage.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from stations.model import numbers
from stations.model.errors import BadChoice, StationsError, writing
from stations.model.language import Language, as_language, current_language, mark, sentences, use_language
from stations.model.language import gettext as _
from stations.model.settings import ROOT, Settings, datum_named
from stations.model.vocabulary import Tier

HELP_OPTIONS: dict[str, Any] = {"help_option_names": ["-h", "--help"]}
WIDEST = 10_000  # columns of a table that is written into a file

application = typer.Typer(
    help=mark("Station Atlas: the register of union service stations, its maps, coverage and gaps."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings=HELP_OPTIONS,
)

Json = Annotated[bool, typer.Option("--json", help=mark("Print one JSON document."))]
Radius = Annotated[float, typer.Option(min=1, max=100_000, help=mark("Service radius in metres."))]
MapRadius = Annotated[
    float | None, typer.Option(min=1, max=100_000, help=mark("Service radius in metres; adds the gaps."))
]
TierOption = Annotated[Tier | None, typer.Option(help=mark("Only stations of this tier and above."))]
ReachOption = Annotated[Literal["straight"], typer.Option(help=mark("How distance is measured."))]
KindOption = Annotated[Literal["station", "base"], typer.Option(help=mark("What the rows are: stations or bases."))]
Output = Annotated[Path, typer.Option("--output", "-o", help=mark("The file to write."))]

_wishes = typer.Typer(add_completion=False)


@_wishes.command()
def _common(
    *,
    city: Annotated[str | None, typer.Option(help=mark("Six-digit code of the city; 340400 is Huainan."))] = None,
    database: Annotated[
        str | None, typer.Option(help=mark("Place of the register: a file, or a database URL."))
    ] = None,
    demand: Annotated[
        str | None, typer.Option(help=mark("Points with people (CSV, XLSX, GeoJSON) instead of the city's own."))
    ] = None,
    demand_datum: Annotated[
        str | None, typer.Option(help=mark("Datum of the demand file where it names none; WGS84 if not given."))
    ] = None,
    boundary: Annotated[str | None, typer.Option(help=mark("District outlines instead of the packaged ones."))] = None,
    profiles: Annotated[str | None, typer.Option(help=mark("Folder of your own city profiles."))] = None,
    lang: Annotated[str | None, typer.Option(help=mark("Language: zh_CN or en."))] = None,
) -> None:
    """Never run: declares the options that `main` gives to every command."""


def main() -> None:
    """Run the command line in the language that ``--lang`` or the environment asks for."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # also where the system writes files in another encoding
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    use_language(_wished_language(sys.argv[1:]))
    command: Any = typer.main.get_command(application)
    for child in command.commands.values():
        _with_common_options(child)
    _translate(command)
    try:
        command(prog_name="python -m stations")
    except StationsError as error:
        _say(str(error))
        sys.exit(2 if isinstance(error, BadChoice) else 1)


def _wished_language(arguments: list[str]) -> Language:
    for argument, value in zip(arguments, [*arguments[1:], ""], strict=True):
        if argument.startswith("--lang"):
            return as_language(argument.partition("=")[2] or value)
    return as_language(os.environ.get("STATIONS_LANG"))


def _translate(command: Any) -> None:
    """Put the help of a command and of all below it into the current language."""
    from typer import rich_utils

    rich_utils.OPTIONS_PANEL_TITLE, rich_utils.COMMANDS_PANEL_TITLE = _("Options"), _("Commands")
    rich_utils.ARGUMENTS_PANEL_TITLE, rich_utils.ERRORS_PANEL_TITLE = _("Arguments"), _("Wrong usage")
    rich_utils.REQUIRED_LONG_STRING = _("[required]")
    rich_utils.DEFAULT_STRING = _("[default: {value}]").format(value="{}")
    rich_utils.RICH_HELP = _("See [blue]{command} {option}[/] for help.").format(
        command="{command_path}", option="{help_option}"
    )
    rich_utils.highlighter = _folded  # type: ignore[assignment]  # so that Chinese, without spaces, is not cut off
    usage, command.options_metavar = command.get_usage, _("[OPTIONS]")
    command.get_usage = lambda context: usage(context).replace("Usage:", _("Usage:"), 1)
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = _("COMMAND [ARGS]...")
    command.help = _(command.help) if command.help else None
    command.get_help_option(typer.Context(command, **HELP_OPTIONS)).help = _("Show this message and exit.")
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = _(parameter.help)
    for child in getattr(command, "commands", {}).values():
        _translate(child)


def _folded(text: Any) -> Any:
    from typer.rich_utils import OptionHighlighter

    words = OptionHighlighter()(text)
    words.overflow = "fold"
    return words


_say = partial(typer.echo, err=True)


def _with_common_options(command: Any) -> None:
    for option in typer.main.get_command(_wishes).params:
        option.expose_value, option.callback = False, _keep
        command.params.append(option)


def _keep(context: Any, option: Any, value: str | None) -> None:
    context.ensure_object(dict)[option.name] = value


def _settings(context: typer.Context) -> Settings:
    """Return the settings of the environment, with what the common options say."""
    wishes = {name: value for name, value in context.ensure_object(dict).items() if value}
    for name in {"demand", "boundary", "profiles"} & wishes.keys():
        wishes[name] = Path(wishes[name])
    if "demand_datum" in wishes:
        wishes["demand_datum"] = datum_named(wishes["demand_datum"])
    wishes.pop("lang", None)
    return Settings.from_environment().having(**wishes, language=current_language())


def _ready(settings: Settings) -> Settings:
    """Set up the register on first use, and say so."""
    from stations.planning.import_file import prepare
    from stations.planning.register import holdings

    if prepare(settings):
        _say(_("A new register was made at {place}.").format(place=settings.database))
    if holdings(settings).demonstration:
        _say(_("Demonstration data: the stations shown are made up."))
    return settings


def _print_json(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))


@contextmanager
def _working(words: str) -> Iterator[Callable[[], None]]:
    """Show a bar on standard error while something long runs in steps; nothing when it is not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    named = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), named, BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(words, total=2)
        yield lambda: progress.advance(task)


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table, numbers to the right; every cell is text, so that a name may hold [brackets].

    Nothing is cut off: on a terminal long cells are folded, in a file each row has its own line.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for position, column in enumerate(columns):
        numeric = all(isinstance(row[position], int | float) for row in rows)
        table.add_column(Text(column), justify="right" if numeric else "left", overflow="fold", no_wrap=position == 0)
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    console = Console()
    if not console.is_terminal:
        console.width = console.measure(table, options=console.options.update_width(WIDEST)).maximum
    console.print(table)


def _cell(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one value that differs from itself
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}".removesuffix(".00")
    return f"{value:,}" if isinstance(value, int) else str(value)


def _frame(table: Any) -> None:
    rows = table.astype(object).to_numpy().tolist()
    _table([str(table.index.name), *table.columns], [[key, *row] for key, row in zip(table.index, rows, strict=True)])


def _question(radius: float, tier: Tier | None, reach: Literal["straight"] = "straight") -> Any:
    from stations.planning.assess import Question

    return Question(radius_m=radius, tier=tier, reach=reach)


@application.command(help=mark("Set up the register, with the city's demonstration data if it has any."))
def init(
    context: typer.Context,
    *,
    empty: Annotated[bool, typer.Option("--empty", help=mark("Without demonstration data."))] = False,
    as_json: Json = False,
) -> None:
    from stations.planning.import_file import set_up
    from stations.planning.register import holdings

    settings = _settings(context)
    made, held = set_up(settings, demonstration=not empty), holdings(settings)
    counts = {"stations": len(held.stations), "bases": len(held.bases), "revision": held.revision}
    if as_json:
        _print_json({"created": made, **counts})
        return
    there = _("There is a register at {place} already; nothing was changed.")
    typer.echo((_("A new register was made at {place}.") if made else there).format(place=settings.database))
    words = _("{city}: {stations} stations, {bases} bases, revision {revision}.")
    typer.echo(words.format(city=held.city.label(settings.language), **counts))


@application.command("import", help=mark("Import stations or bases from CSV, XLSX or GeoJSON, all as one revision."))
def import_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=mark("The file to import."))],
    *,
    kind: KindOption = "station",
    datum: Annotated[
        str | None, typer.Option(help=mark("Datum of rows that name none: WGS84, GCJ-02, BD-09, CGCS2000."))
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help=mark("Say what would change, and write nothing."))] = False,
    as_json: Json = False,
) -> None:
    from stations.planning.contract import import_document
    from stations.planning.import_file import ImportOutcome, confirm_import, plan_import

    settings = _settings(context)
    with _working(_("Importing {file}").format(file=file.name)) as step:
        plan = plan_import(settings, file, kind=kind, datum=datum_named(datum) if datum else None)
        step()
        outcome = ImportOutcome(plan, plan.made_against) if preview else confirm_import(settings, plan)
        step()
    document = import_document(outcome)
    if as_json:
        _print_json(document)
    else:
        _import_report(document, preview=preview)
    if plan.rejected and len(plan.rejected) == plan.read:
        raise typer.Exit(1)


def _import_report(document: dict[str, Any], *, preview: bool) -> None:
    place = [_("Row"), _("Column"), _("Value")]
    refused = [[row["row"], row["column"], row["value"], row["reason"]] for row in document["rejected"]]
    found = [[f["row"], f["column"], f["value"], sentences([f["message"], f["remedy"]])] for f in document["findings"]]
    for title, rows in ((_("Why it was refused"), refused), (_("Finding"), found)):
        if rows:
            _table([*place, title], rows)
    words = _("{read} rows read: {added} added, {changed} changed, {unchanged} unchanged, {refused} refused.")
    typer.echo(words.format(**document, refused=len(refused)))
    now = _("The register is at revision {revision}.").format(**document)
    typer.echo(_("Preview only: nothing was written.") if preview else now)


@application.command(help=mark("Explain the columns that a list of stations or bases may have (Markdown)."))
def fields(context: typer.Context, *, kind: KindOption = "station") -> None:
    from stations.planning.guide import field_guide

    _settings(context)
    typer.echo(field_guide(kind))


@application.command(help=mark("List the stations, or print them as GeoJSON."))
def stations(context: typer.Context, *, as_json: Json = False) -> None:
    _records("station", _settings(context), as_json=as_json)


@application.command(help=mark("List the activity bases, or print them as GeoJSON."))
def bases(context: typer.Context, *, as_json: Json = False) -> None:
    _records("base", _settings(context), as_json=as_json)


def _records(kind: Literal["station", "base"], settings: Settings, *, as_json: bool) -> None:
    from stations.planning.export import features
    from stations.planning.register import holdings
    from stations.planning.show import record_list

    _ready(settings)
    if as_json:
        _print_json(features(settings, kind))
    else:
        _frame(record_list(holdings(settings), kind))


@application.command(help=mark("Say how many people (or how much land) are within reach, by district."))
def assess(
    context: typer.Context,
    *,
    radius: Radius,
    tier: TierOption = None,
    reach: ReachOption = "straight",
    as_json: Json = False,
) -> None:
    from stations.planning.assess import assess as answer_of
    from stations.planning.contract import assessment_document
    from stations.planning.show import district_table

    answer = answer_of(_ready(_settings(context)), _question(radius, tier, reach))
    if as_json:
        _print_json(assessment_document(answer))
    else:
        table = district_table(answer)
        shares = [numbers.share(share) for share in table.iloc[:, -1]]
        _frame(table.assign(**{table.columns[-1]: shares}))
        _sum_up(answer)


@application.command(help=mark("List the gaps, largest first, or print them as GeoJSON."))
def gaps(
    context: typer.Context,
    *,
    radius: Radius,
    tier: TierOption = None,
    reach: ReachOption = "straight",
    as_json: Json = False,
) -> None:
    from stations.planning.assess import assess as answer_of
    from stations.planning.contract import gap_features
    from stations.planning.show import gap_table

    answer = answer_of(_ready(_settings(context)), _question(radius, tier, reach))
    if as_json:
        _print_json(gap_features(answer))
    else:
        _frame(gap_table(answer))
        _sum_up(answer)


def _sum_up(answer: Any) -> None:
    from stations.planning.show import basis, coverage_sentence

    typer.echo(coverage_sentence(answer))
    typer.echo(basis(answer))


@application.command("map", help=mark("Write a map that opens from disk without a network."))
def map_command(context: typer.Context, *, output: Output, radius: MapRadius = None, tier: TierOption = None) -> None:
    from stations.planning.draw import map_html

    page = map_html(_ready(_settings(context)), _question(radius, tier) if radius else None)
    _write(output, page.encode())


@application.command(help=mark("Write a picture of the map (PNG)."))
def snapshot(
    context: typer.Context,
    *,
    output: Output,
    radius: MapRadius = None,
    tier: TierOption = None,
    dpi: Annotated[int, typer.Option(min=72, max=600, help=mark("Dots per inch."))] = 200,
) -> None:
    from stations.planning.draw import snapshot_png

    settings = _ready(_settings(context))
    _write(output, snapshot_png(settings, _question(radius, tier) if radius else None, dpi=dpi))


def _write(path: Path, content: bytes) -> None:
    with writing(path):
        path.write_bytes(content)
    typer.echo(_("Written: {file}").format(file=path))


@application.command(help=mark("Write stations, bases or demand to a CSV, XLSX or GeoJSON file."))
def export(
    context: typer.Context,
    what: Annotated[Literal["stations", "bases", "demand"], typer.Argument(help=mark("What to write."))],
    *,
    output: Output,
) -> None:
    from stations.planning.export import export_file

    with writing(output):
        rows = export_file(_ready(_settings(context)), what, output)
    typer.echo(_("{rows} rows written to {file}.").format(rows=rows, file=output))


@application.command(help=mark("Serve the app on this machine and print its address."))
def serve(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help=mark("Port to listen on."))] = 8501,
) -> None:
    settings = _ready(_settings(context))
    typer.echo(_("Station Atlas: http://localhost:{port}  (stop with Ctrl+C)").format(port=port))
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), f"--server.port={port}"]
    with suppress(KeyboardInterrupt):
        raise typer.Exit(subprocess.call(command, cwd=ROOT, env={**os.environ, **settings.to_environment()}))
