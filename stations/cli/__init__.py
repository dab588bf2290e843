"""The command line: ``python -m stations …``. It reads wishes and shows results, nothing else.

With ``--json``
standard output carries one JSON document and everything else goes to standard error. Exit code 0: done; 1: refused
or failed, with a message; 2: wrong usage.
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from itertools import pairwise
from typing import Any

import typer

from stations.cli.commands import application
from stations.cli.options import common_options
from stations.cli.printing import say
from stations.cli.words import translate
from stations.model.errors import BadChoice, StationsError
from stations.model.language import Language, as_language, use_language

__all__ = ["application", "main"]


def main() -> None:
    """Run the command line in the language that ``--lang`` or the environment asks for."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # also where the system writes files in another encoding
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    use_language(_wished_language(sys.argv[1:]))
    command: Any = typer.main.get_command(application)
    common = common_options()
    for each in (command, *command.commands.values()):
        each.params += common
    translate(command)
    try:
        command(prog_name="python -m stations")
    except StationsError as error:
        say(str(error))
        sys.exit(2 if isinstance(error, BadChoice) else 1)


def _wished_language(arguments: list[str]) -> Language:
    for argument, value in pairwise([*arguments, ""]):
        if argument.startswith("--lang"):
            return as_language(argument.partition("=")[2] or value)
    return as_language(os.environ.get("STATIONS_LANG"))
