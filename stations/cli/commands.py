"""The commands, each one answer of the product.

Everything heavy is imported inside the command that needs it, so that ``--help`` answers at once.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from stations.cli.accounts import tell_password
from stations.cli.options import (
    HeaderRowOption,
    KindOption,
    Output,
    SheetOption,
    ready,
    settings_of,
    wants_json,
)
from stations.cli.printing import print_frame, print_json, print_table, working
from stations.cli.words import HELP_OPTIONS
from stations.model.accounts import Role
from stations.model.errors import BadChoice, writing
from stations.model.files import write_whole
from stations.model.language import gettext as _
from stations.model.language import mark, ngettext, sentences
from stations.model.settings import ROOT, datum_named

application = typer.Typer(
    help=mark("Station Atlas: the register of union service stations, its maps, coverage and gaps."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings=HELP_OPTIONS,
)


@application.command(help=mark("Set up the register, with the city's demonstration data if it has any."))
def init(
    context: typer.Context,
    *,
    empty: Annotated[bool, typer.Option("--empty", help=mark("Without demonstration data."))] = False,
    admin: Annotated[
        str | None, typer.Option(help=mark("Make an account that may do everything; from then on people sign in."))
    ] = None,
) -> None:
    from stations.planning.access.accounts import add_account
    from stations.planning.importing.import_file import set_up
    from stations.planning.register import holdings, place_of

    settings = settings_of(context)
    made, held = set_up(settings, demonstration=not empty), holdings(settings)
    counts = {"stations": len(held.stations), "bases": len(held.bases), "revision": held.revision}
    password = add_account(settings, admin, Role.ADMIN, union=None, now=dt.datetime.now(dt.UTC)) if admin else None
    if wants_json(context):
        print_json({"created": made, **counts} | ({"admin": admin, "password": password} if admin else {}))
        return
    there = _("There is a register at {place} already; nothing was changed.")
    typer.echo((_("A new register was made at {place}.") if made else there).format(place=place_of(settings)))
    words = _("{city}: {stations} stations, {bases} bases, revision {revision}.")
    told = {name: f"{count:,}" for name, count in counts.items()}
    typer.echo(words.format(city=held.city.label(settings.language), **told))
    if admin and password:
        tell_password(admin, password)


@application.command("import", help=mark("Import stations or bases from a list or a layer, all as one revision."))
def import_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=mark("The file to import."))],
    *,
    kind: KindOption = "station",
    datum: Annotated[
        str | None, typer.Option(help=mark("Datum of rows that name none: WGS84, GCJ-02, BD-09, CGCS2000."))
    ] = None,
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help=mark("What a column means: HEADER=FIELD (see fields), or HEADER= to keep it as it is.")),
    ] = None,
    match: Annotated[
        list[str] | None,
        typer.Option(help=mark("Which record a row is: ROW=NUMBER, or ROW=new for a new one.")),
    ] = None,
    leave_out: Annotated[list[int] | None, typer.Option(help=mark("A row that is not taken over."))] = None,
    doubts: Annotated[
        Literal["hold", "new", "skip"],
        typer.Option(
            help=mark(
                "What becomes of rows that may be a place that is there already, and that no other option decides: "
                "held back with exit code 1, new records, or left out."
            )
        ),
    ] = "hold",
    preview: Annotated[bool, typer.Option("--preview", help=mark("Say what would change, and write nothing."))] = False,
) -> None:
    from stations.planning.importing.headings import choices_from
    from stations.planning.importing.import_file import ImportOutcome, import_file, plan_import
    from stations.planning.importing.import_tables import changed_table
    from stations.planning.publishing.contract import import_document

    settings, declared = settings_of(context), datum_named(datum) if datum else None
    decided = choices_from(kind, columns=column or [], matches=match or [], left_out=leave_out or [])
    undecided: Literal["new", "held"] = "new" if doubts == "new" else "held"
    decided = replace(decided, sheet=sheet, header_row=header_row, undecided=undecided)
    with working(_("Importing {file}").format(file=file.name)):
        if preview:
            plan = plan_import(settings, file, kind=kind, datum=declared, choices=decided)
            outcome = ImportOutcome(plan, plan.made_against)
        else:
            outcome = import_file(settings, file, kind=kind, datum=declared, choices=decided)
    document = import_document(outcome)
    if wants_json(context):
        print_json(document)
    else:
        _tell_doubts(outcome.plan)
        if preview and outcome.plan.changed:
            print_frame(changed_table(outcome.plan))
        _import_report(document, preview=preview)
        if declared is None and any(rejected.column is None for rejected in outcome.plan.rejected):
            typer.echo(_("If no column names the datum of the coordinates, state it for the whole file: --datum."))
    nothing = outcome.plan.rejected and len(outcome.plan.rejected) == outcome.plan.read
    if doubts == "hold" if outcome.plan.undecided else nothing:
        raise typer.Exit(1)


def _tell_doubts(plan: Any) -> None:
    from stations.planning.importing.import_tables import doubt_in_words

    for doubt in plan.undecided:
        typer.echo(doubt_in_words(doubt))
    if plan.undecided and plan.choices.undecided == "held":
        words = ngettext(
            "{count} row is held back, as nobody has said whether it is the same place.",
            "{count} rows are held back, as nobody has said whether they are the same places.",
            len(plan.undecided),
        )
        typer.echo(words.format(count=f"{len(plan.undecided):,}"))
        typer.echo(_("Say it: --match ROW=NUMBER, --match ROW=new or --leave-out ROW; for all of them --doubts new."))


def _import_report(document: dict[str, Any], *, preview: bool) -> None:
    place = [_("Row"), _("Column"), _("Value")]
    refused = [[row["row"], row["column"], row["value"], row["reason"]] for row in document["rejected"]]
    found = [[f["row"], f["column"], f["value"], sentences([f["message"], f["remedy"]])] for f in document["findings"]]
    for title, rows in ((_("Why it was refused"), refused), (_("Finding"), found)):
        if rows:
            print_table([*place, title], rows)
    words = _("{read} rows read: {added} added, {changed} changed, {unchanged} unchanged, {refused} refused.")
    typer.echo(words.format(**document, refused=len(refused)))
    now = _("The register is at revision {revision}.").format(**document)
    typer.echo(_("Preview only: nothing was written.") if preview else now)


@application.command(help=mark("Explain the columns that a list of stations or bases may have (Markdown)."))
def fields(context: typer.Context, *, kind: KindOption = "station") -> None:
    from stations.planning.importing.guide import field_guide

    settings_of(context)
    guide = field_guide(kind)
    if wants_json(context):
        print_json({"kind": kind, "guide": guide})
    else:
        typer.echo(guide)


@application.command(
    help=mark("Write the workbook in which a list of stations or bases is filled in, with drop-downs and explanations.")
)
def template(context: typer.Context, *, output: Output, kind: KindOption = "station") -> None:
    from stations.planning.importing.template import template as blank

    if output.suffix.lower() != ".xlsx":
        raise BadChoice(what=mark("File format"), value=output.suffix or output.name, offered=".xlsx")
    content = blank(settings_of(context), kind)
    write_whole(output, content)
    if wants_json(context):
        print_json({"file": str(output), "bytes": len(content)})
    else:
        typer.echo(_("Written: {file}").format(file=output))


@application.command(help=mark("List the stations, or print them as GeoJSON."))
def stations(context: typer.Context) -> None:
    _records(context, "station")


@application.command(help=mark("List the activity bases, or print them as GeoJSON."))
def bases(context: typer.Context) -> None:
    _records(context, "base")


def _records(context: typer.Context, kind: Literal["station", "base"]) -> None:
    from stations.planning.coverage.show import record_sentence
    from stations.planning.publishing.export import features
    from stations.planning.records.listing import record_list
    from stations.planning.register import holdings

    settings = ready(settings_of(context))
    if wants_json(context):
        print_json(features(settings, kind))
    else:
        held = holdings(settings)
        print_frame(record_list(held, kind))
        typer.echo(record_sentence(held))


@application.command(help=mark("Write stations, bases or demand to a CSV, XLSX, GeoJSON, GeoPackage or KML file."))
def export(
    context: typer.Context,
    what: Annotated[Literal["stations", "bases", "demand"], typer.Argument(help=mark("What to write."))],
    *,
    output: Output,
    in_full: Annotated[
        bool, typer.Option("--in-full", help=mark("With phone numbers and names of persons; it is recorded."))
    ] = False,
) -> None:
    from stations.planning.publishing.export import export_file

    settings = ready(settings_of(context))
    with working(_("Writing …")), writing(output):
        rows = export_file(settings, what, output, in_full=in_full)
    if wants_json(context):
        print_json({"file": str(output), "rows": rows})
    else:
        typer.echo(_("{rows} rows written to {file}.").format(rows=f"{rows:,}", file=output))


@application.command(help=mark("Serve the app on this machine and print its address."))
def serve(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help=mark("Port to listen on."))] = 8501,
) -> None:
    settings = ready(settings_of(context))
    _require_free(port)
    if wants_json(context):
        print_json({"address": f"http://localhost:{port}"})
    else:
        typer.echo(_("Station Atlas: http://localhost:{port}  (stop with Ctrl+C)").format(port=port))
    silent = "--logger.hideWelcomeMessage=true"  # the address was told already, in the reader's language
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), silent, f"--server.port={port}"]
    environment = {**os.environ, **settings.to_environment()}
    if os.name == "posix":  # become the server: whoever ends this process ends it
        sys.stdout.flush()
        os.chdir(ROOT)
        os.execve(command[0], command, environment)
    with suppress(KeyboardInterrupt):
        raise typer.Exit(subprocess.call(command, cwd=ROOT, env=environment))


def _require_free(port: int) -> None:
    """Raise `BadChoice` where somebody listens on a port of this machine already."""
    with socket.socket() as asked:
        asked.settimeout(1)
        if asked.connect_ex(("127.0.0.1", port)) == 0:
            raise BadChoice(what=mark("Port"), value=port, offered=mark("a port that is free, for example --port 8502"))
