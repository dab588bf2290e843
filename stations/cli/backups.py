"""The commands that make a backup of the register, bring one back, and move everything to another database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stations.cli.options import Output, settings_of, wants_json
from stations.cli.printing import print_json, print_table
from stations.model.language import gettext as _
from stations.model.language import mark

moving = typer.Typer()
backup = typer.Typer(help=mark("Backups of the register."), no_args_is_help=True)


@backup.command(help=mark("Write a checked copy of the register to a new file; others may go on working."))
def create(context: typer.Context, *, output: Output) -> None:
    from stations.planning.backups import back_up

    revision = back_up(settings_of(context), output)
    if wants_json(context):
        print_json({"file": str(output), "revision": revision})
    else:
        typer.echo(_("Backup of revision {revision}: {file}").format(revision=revision, file=output))


@backup.command("restore", help=mark("Take the register of a backup; the present one is kept beside it."))
def restore_backup(context: typer.Context, file: Annotated[Path, typer.Argument(help=mark("The backup."))]) -> None:
    from stations.planning.backups import bring_back

    revision, kept, reopened = bring_back(settings_of(context), file)
    if wants_json(context):
        print_json({"revision": revision, "kept": str(kept), "reopened": reopened})
        return
    typer.echo(_("The register is at revision {revision} again.").format(revision=revision))
    later = _("Every sign-in is ended. Accounts, passwords and audit are as of the backup; later ones: {file}")
    typer.echo(later.format(file=kept))
    if reopened:
        closed = _("These accounts were closed since, and are open again: {names}. Close them: {command}")
        typer.echo(closed.format(names=", ".join(reopened), command="python -m stations account close NAME"))
    typer.echo(_("To undo: python -m stations {command}").format(command=f"backup restore {kept}"))


@moving.command(help=mark("Copy everything to another, empty database (a file, or a URL), and prove both equal."))
def move(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help=mark("A path, or postgresql://user@host/name."))],
) -> None:
    from stations.planning.backups import lacks_points
    from stations.planning.backups import move as moved

    counts = moved(settings_of(context), target)
    if wants_json(context):
        print_json({"rows": counts})
        return
    print_table([_("Table"), _("Rows")], [[name, count] for name, count in counts.items()])
    typer.echo(_("Every row is there, and the same. From now on name that place: STATIONS_DATABASE, or --database."))
    if lacks_points(target):
        typer.echo(
            _(
                "That database has no PostGIS, so programs of maps find no points in it; everything else works. To add "
                "them, as its administrator: CREATE EXTENSION postgis; the app does the rest when it is started again."
            )
        )
