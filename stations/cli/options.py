"""What can be wished for on the command line, and the settings that come of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from stations.cli.printing import say
from stations.model.errors import BadChoice, NotGiven
from stations.model.language import LANGUAGES, current_language, is_language, mark
from stations.model.language import gettext as _
from stations.model.settings import Settings, datum_named
from stations.model.travel import ReachName, metres_in
from stations.model.vocabulary import Facility, Group, Tier

KindOption = Annotated[Literal["station", "base"], typer.Option(help=mark("What the rows are: stations or bases."))]
SheetOption = Annotated[
    str | None, typer.Option(help=mark("Which sheet, layer or folder of the file, if not the first."))
]
HeaderRowOption = Annotated[
    int | None, typer.Option(min=1, help=mark("The row with the headers, if it is not found by itself."))
]
Output = Annotated[Path, typer.Option("--output", "-o", help=mark("The file to write."))]

_wishes, _asked, _dated = (typer.Typer(add_completion=False) for _kind in range(3))
ASKING = ("assess", "gaps", "reach", "whatif", "recommend", "map", "snapshot")
"""The commands that take a question."""
DATED = (*ASKING, "stations", "bases", "export", "figures", "movements", "report")
"""The commands that look at the register of a day."""


@_wishes.command()
def _common(
    *,
    city: Annotated[str | None, typer.Option(help=mark("Six-digit code of the city; 340400 is Huainan."))] = None,
    database: Annotated[
        str | None, typer.Option(help=mark("Place of the register: a file, or a database URL."))
    ] = None,
    demand: Annotated[
        str | None,
        typer.Option(help=mark("People instead of the city's own: points, areas with counts, or a GeoTIFF raster.")),
    ] = None,
    demand_layer: Annotated[
        str | None, typer.Option(help=mark("Finer points or pixels, over which people given by areas are spread."))
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


@_asked.command()
def _question(
    *,
    radius: Annotated[
        float | None, typer.Option(min=1, max=100_000, help=mark("Service radius in metres (or --minutes)."))
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(min=0.1, max=600, help=mark("Service radius in minutes of the way of getting about.")),
    ] = None,
    reach: Annotated[
        ReachName, typer.Option(help=mark("How distance is measured: straight, or along imported streets."))
    ] = "straight",
    tier: Annotated[Tier | None, typer.Option(help=mark("Only stations of this tier and above."))] = None,
    group: Annotated[Group | None, typer.Option(help=mark("Whose people count; residents if not given."))] = None,
    facility: Annotated[
        list[Facility] | None, typer.Option(help=mark("Only stations that have this, working; may be repeated."))
    ] = None,
    union: Annotated[str | None, typer.Option(help=mark("Only stations of this county-level union."))] = None,
    at: Annotated[
        str | None, typer.Option(help=mark("Only stations open then: weekday-hour, 1-22 is Monday 22:00."))
    ] = None,
    attended: Annotated[bool, typer.Option("--attended", help=mark("Only while there is staff."))] = False,
    scenario: Annotated[
        str | None, typer.Option(help=mark("What would be different, as a link of the page says it."))
    ] = None,
) -> None:
    """Never run: declares the options of the commands that take a question."""


@_dated.command()
def _day(
    *,
    on: Annotated[
        str | None, typer.Option(help=mark("The register as it was at the end of this day, for example 2025-12-31."))
    ] = None,
) -> None:
    """Never run: declares the option of the commands that look at a day."""


def day_options() -> list[Any]:
    """Return the option of the commands in `DATED`."""
    return _kept(_dated, _keep)


def common_options() -> list[Any]:
    """Return the options that every command takes."""
    return _kept(_wishes, _keep)


def question_options() -> list[Any]:
    """Return the options of the commands in `ASKING`."""
    return _kept(_asked, _keep_asked)


def _kept(declared: typer.Typer, keep: Any) -> list[Any]:
    options: list[Any] = list(typer.main.get_command(declared).params)
    for option in options:
        option.expose_value, option.callback = False, keep
    return options


def _keep_asked(context: Any, option: Any, value: Any) -> None:
    if value:
        context.ensure_object(dict).setdefault("question", {})[option.name] = value


def question_of(context: typer.Context, settings: Settings, *, needed: bool = True) -> Any:
    """Return the question that the options ask; ``None`` without a radius where none is `needed`."""
    from stations.planning.coverage.assess import Question
    from stations.planning.questions import moment_from, scenario_from, union_from

    asked = dict(context.ensure_object(dict).get("question", {}))
    reach, minutes = asked.get("reach", "straight"), asked.pop("minutes", None)
    if minutes and "radius" in asked:
        both = f"--radius {asked['radius']:g} --minutes {minutes:g}"
        raise BadChoice(what=mark("Radius"), value=both, offered=mark("one of --radius METRES and --minutes MINUTES"))
    radius = metres_in(minutes, "walk" if reach == "straight" else reach) if minutes else asked.get("radius")
    if radius is None:
        if needed:
            raise NotGiven(what=mark("Radius"), offered=mark("--radius METRES or --minutes MINUTES"))
        return None
    return Question(
        radius_m=radius,
        tier=asked.get("tier"),
        reach=reach,
        group=asked.get("group"),
        facilities=tuple(asked.get("facility", ())),
        union=union_from(settings, asked["union"]) if "union" in asked else None,
        at=moment_from(asked["at"]) if "at" in asked else None,
        attended=asked.get("attended", False),
        scenario=scenario_from(asked.get("scenario", "")),
    )


def _keep(context: Any, option: Any, value: str | bool | None) -> None:
    if option.name == "lang" and isinstance(value, str) and not is_language(value):
        raise BadChoice(what=mark("Language"), value=value, offered=", ".join(LANGUAGES))
    if value:  # a command's option does not undo the one before the command
        context.ensure_object(dict)[option.name] = value


def wants_json(context: typer.Context) -> bool:
    """Return whether one JSON document is asked for."""
    return bool(context.ensure_object(dict).get("as_json"))


def settings_of(context: typer.Context) -> Settings:
    """Return the settings of the environment, with what the common options say."""
    wishes = {name: value for name, value in context.ensure_object(dict).items() if value and name != "question"}
    for name in {"demand", "demand_layer", "boundary", "profiles"} & wishes.keys():
        wishes[name] = Path(wishes[name])
    if "demand_datum" in wishes:
        wishes["demand_datum"] = datum_named(wishes["demand_datum"])
    if "on" in wishes:
        wishes["on"] = _past_day(wishes["on"])
    own = {name: value for name, value in wishes.items() if name not in {"lang", "as_json"}}
    return Settings.from_environment().having(**own, language=current_language())


def _past_day(text: str) -> dt.date:
    from stations.planning.questions import day_from

    return day_from(text)


def ready(settings: Settings) -> Settings:
    """Set up the register on first use, and say so."""
    from stations.planning.importing.import_file import prepare
    from stations.planning.register import holdings, place_of

    if prepare(settings):
        say(_("A new register was made at {place}.").format(place=place_of(settings)))
    if holdings(settings).demonstration:
        say(_("Demonstration data: the stations shown are made up."))
    _name_refused_rows(settings)
    return settings


def _name_refused_rows(settings: Settings) -> None:
    """Say what the office's own demand file counts, and which of its rows are not counted, and why."""
    from stations.planning.coverage.demand_words import account
    from stations.planning.coverage.people import people_of

    people = people_of(settings) if settings.demand else None
    if people is None:
        return
    for words in account(people):
        say(words)
    for refused in people.refused:
        left_out = _("{file}: row {row} is left out. {reason}")
        say(left_out.format(file=settings.demand, row=refused.row, reason=refused.reason))
