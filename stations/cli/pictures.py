"""The commands that draw: a map to open in a browser, a map for paper, and one held against the register."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from stations.cli.options import Output, question_of, ready, settings_of, wants_json
from stations.cli.printing import print_frame, print_json, working
from stations.model.errors import BadChoice
from stations.model.files import write_whole
from stations.model.language import gettext as _
from stations.model.language import listed, mark
from stations.model.vocabulary import PageLayout, SnapshotKind

pictures = typer.Typer()


@pictures.command("map", help=mark("Write a map that opens from disk without a network."))
def map_command(context: typer.Context, *, output: Output) -> None:
    from stations.planning.maps.map_file import map_html
    from stations.planning.publishing.downloads import handed_out

    settings = ready(settings_of(context))
    question = question_of(context, settings, needed=False)
    with working(_("Drawing …")):
        page = map_html(settings, question)
    handed_out(settings, output.name)
    _write(context, output, page.encode())


@pictures.command(help=mark("Write a map for paper: PNG, SVG or PDF."))
def snapshot(
    context: typer.Context,
    *,
    output: Output,
    kind: Annotated[
        SnapshotKind | None, typer.Option(help=mark("What the map shows; with a radius the gaps, else the tiers."))
    ] = None,
    layout: Annotated[PageLayout, typer.Option(help=mark("The page."))] = PageLayout.LANDSCAPE,
    since: Annotated[str | None, typer.Option(help=mark("The day that a pair compares with."))] = None,
    bases: Annotated[bool, typer.Option("--bases", help=mark("With the activity bases."))] = False,
    tiers: Annotated[str, typer.Option(help=mark("Only these tiers, between commas; maps that ask nothing."))] = "",
    focus: Annotated[str | None, typer.Option(help=mark("The union whose ground is shown: its code or name."))] = None,
    dpi: Annotated[int, typer.Option(min=72, max=600, help=mark("Dots per inch of a PNG."))] = 300,
    like: Annotated[
        Path | None, typer.Option(help=mark("Draw the map of this file again, from the revision that it names."))
    ] = None,
) -> None:
    from stations.planning.maps.sheets import Wish
    from stations.planning.maps.snapshots import anew, content_of, format_from, picture, tiers_from
    from stations.planning.publishing.downloads import handed_out
    from stations.planning.questions import day_from, union_from

    settings, file_format = ready(settings_of(context)), format_from(output.suffix)
    if like is not None:
        _require_alone(context)
        with working(_("Drawing …")):
            drawn = anew(settings, content_of(like), name=like.name, into=file_format)
        handed_out(settings, output.name)
        _write(context, output, drawn)
        return
    question = question_of(context, settings, needed=kind is not None and kind.asks)
    shown = kind or (SnapshotKind.GAPS if question else SnapshotKind.TIERS)
    day = day_from(since) if since else None
    wish = Wish(kind=shown, question=question, layout=layout, since=day, bases=bases, dpi=dpi, format=file_format)
    if tiers:
        wish = replace(wish, tiers=tiers_from(tiers))
    if focus:
        wish = replace(wish, focus=union_from(settings, focus))
    with working(_("Drawing …")):
        drawn = picture(settings, wish)
    handed_out(settings, output.name)
    _write(context, output, drawn)


@pictures.command(help=mark("Say whether the register still gives a picture, or a report or page, and its figures."))
def verify(
    context: typer.Context, file: Annotated[Path, typer.Argument(help=mark("The file to hold against it."))]
) -> None:
    from stations.planning.maps.snapshot_tables import verdict_sentences, verdict_table
    from stations.planning.maps.snapshots import content_of
    from stations.planning.maps.verifying import verified
    from stations.planning.publishing.contract_checks import verdict_document

    settings, content = ready(settings_of(context)), content_of(file)
    with working(_("Drawing …")):
        verdict = verified(settings, content, name=file.name)
    if wants_json(context):
        print_json(verdict_document(verdict))
    else:
        print_frame(verdict_table(verdict))
        for words in verdict_sentences(verdict):
            typer.echo(words)
    raise typer.Exit(0 if verdict.proven else 1)


def _require_alone(context: typer.Context) -> None:
    """Raise `BadChoice` where something is wished for beside `--like`: the file itself says how it is drawn."""
    own = ("kind", "layout", "since", "bases", "tiers", "focus", "dpi")
    wished = [name for name in own if getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"]
    said = context.ensure_object(dict)
    asked = said.get("question", {}).items()
    wished += [name for name, value in asked if (name, value) != ("reach", "straight")]  # which is so unsaid, too
    wished += {"on"} & said.keys()
    if wished:
        value = listed(f"--{name.replace('_', '-')}" for name in wished)
        raise BadChoice(what="--like", value=value, offered=mark("--like alone: the file says how it is drawn"))


def _write(context: typer.Context, path: Path, content: bytes) -> None:
    write_whole(path, content)
    if wants_json(context):
        print_json({"file": str(path), "bytes": len(content)})
    else:
        typer.echo(_("Written: {file}").format(file=path))
