"""The command that has a list, or the register, examined by the data doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from stations.cli.options import HeaderRowOption, KindOption, SheetOption, ready, settings_of, wants_json
from stations.cli.printing import print_frame, print_json, working
from stations.model.choices import Choices
from stations.model.errors import writing
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.settings import datum_named

check_ups = typer.Typer()


@check_ups.command(
    help=mark("Examine a file before it is imported, or the register: what is odd, why, and what to do about it.")
)
def doctor(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help=mark("The file to examine; without one, the register is examined."))
    ] = None,
    *,
    kind: KindOption = "station",
    datum: Annotated[
        str | None, typer.Option(help=mark("Datum of rows that name none: WGS84, GCJ-02, BD-09, CGCS2000."))
    ] = None,
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help=mark("A workbook to write (.xlsx): the rows, coloured, with the findings.")
        ),
    ] = None,
) -> None:
    from stations.planning.importing.check_up import check_up_file, check_up_register, checked_file
    from stations.planning.publishing.contract_checks import check_up_document

    settings = settings_of(context) if file else ready(settings_of(context))
    with working(_("Examining …")):
        if file:
            choices = Choices(sheet=sheet, header_row=header_row)
            declared = datum_named(datum) if datum else None
            check = check_up_file(settings, file, kind=kind, datum=declared, choices=choices)
        else:
            check = check_up_register(settings, kind=kind)
    if output:
        with working(_("Writing …")), writing(output):
            output.write_bytes(checked_file(settings, check))
    if wants_json(context):
        print_json(check_up_document(check))
    else:
        _report(check, output)
    if not check.sound:
        raise typer.Exit(1)


def _report(check: Any, output: Path | None) -> None:
    from stations.planning.importing.check_up import finding_table

    table = finding_table(check)
    if len(table):
        print_frame(table)
    for words in check.datum_in_words():
        typer.echo(words)
    counts = _("{read} rows, {refused} refused: {error} errors, {warning} warnings, {note} notes.")
    typer.echo(counts.format(read=check.read, refused=len(check.rejected), **check.counts()))
    if output:
        typer.echo(_("Written: {file}").format(file=output))
