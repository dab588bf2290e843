"""The command that finds the places of records without coordinates."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from stations.cli.options import ready, settings_of, wants_json
from stations.cli.printing import print_frame, print_json, say, stepping
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.vocabulary import Locator

locating = typer.Typer()


@locating.command(
    help=mark("Find the places of records without coordinates: by the names of their areas, or by a geocoder.")
)
def locate(
    context: typer.Context,
    *,
    provider: Annotated[
        Locator, typer.Option(help=mark("Who is asked; all but offline send addresses to a service on the network."))
    ] = Locator.OFFLINE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=mark("Say what would change, and write nothing."))] = False,
) -> None:
    from stations.planning.importing.locating import Located, plan_locating, unplaced, waiting
    from stations.planning.importing.locating import locate as located
    from stations.planning.importing.locating_tables import locating_document
    from stations.planning.register import revision

    settings = ready(settings_of(context))
    words = _("Addresses are sent to {host}.")
    with stepping(len(unplaced(settings))) as step:
        told: Any = {"announce": lambda host: say(words.format(host=host)), "progress": step}
        if dry_run:
            done = Located(plan_locating(settings, provider, **told), revision(settings))
        else:
            done = located(settings, provider, **told)
    left = waiting(settings)
    for refused in done.plan.rejected:
        row = _("List of townships: row {row} is left out. {reason}")
        say(row.format(row=refused.row, reason=refused.reason))
    if wants_json(context):
        print_json(locating_document(done, dry_run=dry_run, left=left))
    else:
        _report(done, left, dry_run=dry_run)
    if done.plan.stopped:
        say(done.plan.stopped)
        raise typer.Exit(1)


def _report(done: Any, left: Any, *, dry_run: bool) -> None:
    from stations.planning.importing.locating_tables import located_in_words, preview_table, waiting_in_words

    if done.plan.outcomes:
        print_frame(preview_table(done.plan))
    typer.echo(located_in_words(done.plan))
    if dry_run:
        typer.echo(_("Preview only: nothing was written."))
    elif done.plan.of("located"):
        typer.echo(_("The register is at revision {revision}.").format(revision=done.revision))
        typer.echo(_("To undo: python -m stations {command}").format(command=f"undo {done.revision}"))
    if words := waiting_in_words(left):
        typer.echo(words)
