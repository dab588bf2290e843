"""The commands that enter, correct and look back at single records."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from stations.cli.options import KindOption, ready, settings_of, wants_json
from stations.cli.printing import print_frame, print_json, print_table, say
from stations.model.accounts import operator
from stations.model.acts import Act
from stations.model.errors import BadChoice
from stations.model.language import gettext as _
from stations.model.language import mark, sentences

records = typer.Typer()

_PAIR = mark("two words with = between them")
Given = Annotated[
    list[str], typer.Argument(metavar="FIELD=VALUE", help=mark("Fields and their values; empty: not known."))
]
GivenAnew = Annotated[
    list[str] | None, typer.Argument(metavar="FIELD=VALUE", help=mark("Fields and their values; empty: not known."))
]
Number = Annotated[str, typer.Argument(help=mark("The number of the record."))]
Why = Annotated[str | None, typer.Option(help=mark("The reason, for the history."))]
Document = Annotated[str | None, typer.Option("--document", help=mark("The number of the document behind it."))]
Photos = Annotated[
    list[Path] | None, typer.Option("--photo", help=mark("A photo to add: JPEG, PNG or WebP; may be repeated."))
]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=mark("The day from which it has been so."))]


@records.command(help=mark("Enter one station or base: add name=… lon=… lat=… datum=…"))
def add(
    context: typer.Context,
    given: Given,
    *,
    kind: KindOption = "station",
    photo: Photos = None,
    why: Why = None,
    document: Document = None,
) -> None:
    from stations.planning.records.entering import Draft, fields_named

    settings = ready(settings_of(context))
    draft = _with_photos(settings, Draft(kind, fields_named(kind, _pairs(given))), photo)
    _save(context, settings, draft, _act("add", why, document))


@records.command(help=mark("Correct one record: edit NUMBER status=delisted status_reason=…"))
def edit(
    context: typer.Context,
    number: Number,
    given: GivenAnew = None,
    *,
    kind: KindOption = "station",
    photo: Photos = None,
    since: Since = None,
    why: Why = None,
    document: Document = None,
) -> None:
    from stations.planning.records.entering import draft_of, fields_named

    if not (given or photo):
        raise BadChoice(what=mark("Field"), value="", offered=_PAIR)
    settings = ready(settings_of(context))
    draft = draft_of(settings, kind, number, values=fields_named(kind, _pairs(given or [])))
    _save(context, settings, _with_photos(settings, draft, photo), _act("edit", why, document), since=since)


@records.command(help=mark("Write a record anew as it was after a revision; nothing that came later is lost."))
def restore(
    context: typer.Context,
    number: Number,
    *,
    revision: Annotated[int, typer.Option(min=1, help=mark("The revision, as the history names it."))],
    kind: KindOption = "station",
    why: Why = None,
) -> None:
    from stations.planning.records.edit import restore as restored

    settings = ready(settings_of(context))
    _tell(context, restored(settings, kind, number, revision=revision, act=_act("restore", why, None)), [])


@records.command(help=mark("Take out a record that was entered by mistake; a station that closes is edited instead."))
def remove(
    context: typer.Context,
    number: Number,
    *,
    why: Annotated[str, typer.Option(help=mark("The reason, for the history."))],
    kind: KindOption = "station",
) -> None:
    from stations.planning.records.edit import remove as removed

    settings = ready(settings_of(context))
    _tell(context, removed(settings, kind, number, act=_act("remove", why, None)), [])


@records.command(help=mark("Take a whole revision back: a saved record, many corrected at once, or an import."))
def undo(
    context: typer.Context,
    revision: Annotated[int, typer.Argument(min=1, help=mark("The revision, as the history names it."))],
    *,
    others: Annotated[
        bool, typer.Option("--others", help=mark("Leave records that were changed since as they are."))
    ] = False,
    why: Why = None,
) -> None:
    from stations.planning.records.undo import undo as undone

    made = undone(settings_of(context), revision, act=_act("undo", why, None), others=others)
    if wants_json(context):
        print_json({"undone": revision, "revision": made})
    else:
        typer.echo(_("Revision {undone} is taken back, as revision {revision}.").format(undone=revision, revision=made))


@records.command(
    help=mark("Tell the lives of the stations, or of one: honours, statuses and moves, with their documents.")
)
def life(
    context: typer.Context,
    number: Annotated[str | None, typer.Argument(help=mark("The number of the station."))] = None,
) -> None:
    from stations.planning.publishing.contract import rows_of
    from stations.planning.records.life import ledger
    from stations.planning.records.record_tables import ledger_table

    turns = ledger(settings_of(context), key=number)
    if wants_json(context):
        print_json({"turns": rows_of(turns, index=False)})
    else:
        print_frame(ledger_table(turns))


@records.command(help=mark("Say who changed what, when and why: of the city, or of one record."))
def history(
    context: typer.Context,
    number: Annotated[str | None, typer.Argument(help=mark("The number of the record."))] = None,
    *,
    kind: Annotated[
        Literal["station", "base"] | None, typer.Option(help=mark("What the rows are: stations or bases."))
    ] = None,
    last: Annotated[int | None, typer.Option(min=1, help=mark("How many changes at the most, newest first."))] = None,
) -> None:
    from stations.planning.publishing.contract import rows_of
    from stations.planning.records.edit import history as told
    from stations.planning.records.edit_tables import history_table

    log = told(settings_of(context), kind=kind, key=number, last=last)
    if wants_json(context):
        print_json({"changes": rows_of(log, index=False)})
    else:
        print_frame(history_table(log))


@records.command(help=mark("Check that the register is as it was written, row by row."))
def check(context: typer.Context) -> None:
    from stations.planning.records.edit import faults

    found = faults(settings_of(context))
    if wants_json(context):
        print_json({"faults": [fault._asdict() for fault in found]})
    elif found:
        print_table([_("Table"), _("Row"), _("Fault")], [[fault.table, fault.row, _(fault.reason)] for fault in found])
    else:
        typer.echo(_("Everything is as it was written."))
    if found:
        raise typer.Exit(1)


def _act(what: str, why: str | None, document: str | None) -> Act:
    return Act(what, who=operator().name, why=why, document_no=document)


def _pairs(given: list[str]) -> dict[str, str]:
    """Return FIELD=VALUE as pairs. Raises `BadChoice`."""
    parts = [text.partition("=") for text in given]
    for (field, equals, _value), text in zip(parts, given, strict=True):
        if not (field and equals):
            raise BadChoice(what=mark("Field"), value=text, offered=_PAIR)
    return {field: value for field, _equals, value in parts}


def _with_photos(settings: Any, draft: Any, given: list[Path] | None) -> Any:
    """Return a draft with the photos in some files after those that it has. Raises `BadFile`."""
    from stations.planning.records.photos import take_in_file

    added = [take_in_file(settings, path) for path in given or []]
    return replace(draft, photos=tuple(dict.fromkeys((*draft.photos, *added))))


def _save(context: typer.Context, settings: Any, draft: Any, act: Any, *, since: datetime | None = None) -> None:
    from stations.planning.questions import past
    from stations.planning.records.edit import save
    from stations.planning.records.edit_tables import near_in_words
    from stations.planning.records.entering import checked

    verdict = checked(settings, draft)
    remarks = [sentences([finding.message, finding.remedy]) for finding in verdict.findings]
    saved = save(settings, verdict, act, since=past(since.date()) if since else None)
    _tell(context, saved, [*remarks, *near_in_words(verdict)])


def _tell(context: typer.Context, saved: Any, remarks: list[str]) -> None:
    for words in remarks:
        say(words)
    if wants_json(context):
        print_json({"number": saved.key, "revision": saved.revision, "remarks": remarks})
        return
    typer.echo(_("Saved: {number}, revision {revision}.").format(number=saved.key, revision=saved.revision))
    typer.echo(_("To undo: python -m stations {command}").format(command=f"undo {saved.revision}"))
