"""The command line: ``python -m stations …``. It reads wishes and shows results, nothing else.

With ``--json``
standard output carries one JSON document and everything else goes to standard error. Exit code 0: done; 1: refused
or failed, with a message (also where an amount that could be asked for has no answer here); 2: wrong usage.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import pairwise
from typing import Any

import typer

from stations.cli.accounts import account
from stations.cli.answers import answers, network
from stations.cli.backups import backup, moving
from stations.cli.check_up import check_ups
from stations.cli.commands import application
from stations.cli.links import links
from stations.cli.locating import locating
from stations.cli.options import ASKING, DATED, common_options, day_options, question_options
from stations.cli.pictures import pictures
from stations.cli.printing import say
from stations.cli.records import records
from stations.cli.reports import reports
from stations.cli.siting import siting
from stations.cli.words import translate
from stations.model.errors import BadAmount, BadChoice, StationsError
from stations.model.language import Language, as_language, use_language

__all__ = ["application", "main"]

application.add_typer(answers)
application.add_typer(siting)
application.add_typer(pictures)
application.add_typer(records)
application.add_typer(locating)
application.add_typer(check_ups)
application.add_typer(reports)
application.add_typer(links)
application.add_typer(moving)
application.add_typer(network, name="network")
application.add_typer(backup, name="backup")
application.add_typer(account, name="account")


def main() -> None:
    """Run the command line in the language that ``--lang`` or the environment asks for."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # also where the system writes files in another encoding
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    use_language(_wished_language(sys.argv[1:]))
    command: Any = typer.main.get_command(application)
    common = common_options()
    for each in (command, *_below(command)):
        each.params += common + (question_options() if each.name in ASKING else [])
        each.params += day_options() if each.name in DATED else []
    translate(command)
    try:
        command(prog_name="python -m stations")
    except StationsError as error:
        say(str(error))
        if said := error.fields.get("said"):  # of a server, to whoever runs it
            say(str(said))
        sys.exit(2 if isinstance(error, BadChoice) and not isinstance(error, BadAmount) else 1)


def _below(group: Any) -> Iterator[Any]:
    """Yield the commands of a group, and those of its groups."""
    for each in group.commands.values():
        yield each
        if hasattr(each, "commands"):
            yield from _below(each)


def _wished_language(arguments: list[str]) -> Language:
    for argument, value in pairwise([*arguments, ""]):
        if argument.startswith("--lang"):
            return as_language(argument.partition("=")[2] or value)
    return as_language(os.environ.get("STATIONS_LANG"))
