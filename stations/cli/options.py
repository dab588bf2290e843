"""What can be wished for on the command line, and the settings that come of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from stations.cli.printing import say
from stations.model.errors import BadChoice
from stations.model.language import LANGUAGES, current_language, mark
from stations.model.language import gettext as _
from stations.model.settings import Settings, datum_named
from stations.model.vocabulary import Tier

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
    as_json: Annotated[bool, typer.Option("--json", help=mark("Print one JSON document."))] = False,
) -> None:
    """Never run: declares the options that every command takes."""


def common_options() -> list[Any]:
    """Return the options that every command takes."""
    options: list[Any] = list(typer.main.get_command(_wishes).params)
    for option in options:
        option.expose_value, option.callback = False, _keep
    return options


def _keep(context: Any, option: Any, value: str | bool | None) -> None:
    if option.name == "lang" and isinstance(value, str) and not value.lower().startswith(("zh", "en")):
        raise BadChoice(what=mark("Language"), value=value, offered=", ".join(LANGUAGES))
    if value:  # a command's option does not undo the one before the command
        context.ensure_object(dict)[option.name] = value


def wants_json(context: typer.Context) -> bool:
    """Return whether one JSON document is asked for."""
    return bool(context.ensure_object(dict).get("as_json"))


def settings_of(context: typer.Context) -> Settings:
    """Return the settings of the environment, with what the common options say."""
    wishes = {name: value for name, value in context.ensure_object(dict).items() if value}
    for name in {"demand", "boundary", "profiles"} & wishes.keys():
        wishes[name] = Path(wishes[name])
    if "demand_datum" in wishes:
        wishes["demand_datum"] = datum_named(wishes["demand_datum"])
    own = {name: value for name, value in wishes.items() if name not in {"lang", "as_json"}}
    return Settings.from_environment().having(**own, language=current_language())


def ready(settings: Settings) -> Settings:
    """Set up the register on first use, and say so."""
    from stations.planning.import_file import prepare
    from stations.planning.register import holdings

    if prepare(settings):
        say(_("A new register was made at {place}.").format(place=settings.database))
    if holdings(settings).demonstration:
        say(_("Demonstration data: the stations shown are made up."))
    _name_refused_rows(settings)
    return settings


def _name_refused_rows(settings: Settings) -> None:
    """Say which rows of the office's own demand file are not counted, and why."""
    from stations.planning.people import people_of

    people = people_of(settings) if settings.demand else None
    for refused in people.refused if people else ():
        words = _("{file}: row {row} is left out. {reason}")
        say(words.format(file=settings.demand, row=refused.row, reason=refused.reason))
