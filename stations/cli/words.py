"""The help of the command line in the reader's language: typer's own words as well as ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import typer

from stations.model.language import gettext as _
from stations.model.language import mark

_USAGE = (
    (r"No such command '(.+)'\.", mark("There is no command “{0}”.")),
    (r"No such option: (\S+).*", mark("There is no option {0}.")),
    (r"Missing (?:argument|option|parameter):? '(.+?)'.*", mark("{0} is missing.")),
    (r"Missing command\.", mark("A command is missing.")),
    (r"Option '(.+)' requires (?:an argument|\d+ arguments)\.", mark("{0} needs a value.")),
    (r"Option '(.+)' does not take a value\.", mark("{0} takes no value.")),
    (r"Got unexpected extra argument.* \((.+)\)", mark("This is too much: {0}")),
    (r"Invalid value for '(.+?)': (\S+) is not in the range (.+)\.", mark("{0}: {1} is not in the range {2}.")),
    (r"Invalid value for '(.+?)': Input should be greater than or equal to (.+)", mark("{0}: at least {1}.")),
    (r"Invalid value for '(.+?)': Input should be less than or equal to (.+)", mark("{0}: at most {1}.")),
    (r"Invalid value for '(.+?)': .*not one of (.+?)\.?", mark("{0}: this cannot be chosen. Choose from: {1}.")),
    (r"Invalid value for '(.+?)': .*(?:valid number|valid float).*", mark("{0}: this is not a number.")),
    (r"Invalid value for '(.+?)': .*valid (?:integer|int).*", mark("{0}: this is not a whole number.")),
    (
        r"Invalid value for '(.+?)': .*(?:date|not match the format).*",
        mark("{0}: this is not a date. Write it as 2026-12-31."),
    ),
    (r"Invalid value for '(.+?)': .*", mark("{0}: this value cannot be used.")),
)
"""What typer says of wrong usage, and how we say it; the parts in brackets are names and values."""

HELP_OPTIONS: dict[str, Any] = {"help_option_names": ["-h", "--help"]}


def translate(command: Any) -> None:
    """Put the help of a command and of all below it into the current language."""
    from typer import rich_utils

    rich_utils.OPTIONS_PANEL_TITLE, rich_utils.COMMANDS_PANEL_TITLE = _("Options"), _("Commands")
    rich_utils.ARGUMENTS_PANEL_TITLE, rich_utils.ERRORS_PANEL_TITLE = _("Arguments"), _("Wrong usage")
    rich_utils.REQUIRED_LONG_STRING = _("[required]")
    rich_utils.DEFAULT_STRING = _("[default: {value}]").format(value="{}")
    rich_utils.RICH_HELP = _("See [blue]{command} {option}[/] for help.").format(
        command="{command_path}", option="{help_option}"
    )
    rich_utils.highlighter = _folded  # type: ignore[assignment]  # so that Chinese, without spaces, is not cut off
    if not hasattr(rich_utils.rich_format_error, "translated"):
        rich_utils.rich_format_error = _translating(rich_utils.rich_format_error)  # type: ignore[assignment]
    usage, command.options_metavar = command.get_usage, _("[OPTIONS]")
    command.get_usage = lambda context: usage(context).replace("Usage:", _("Usage:"), 1)
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = _("COMMAND [ARGS]...")
    command.help = _(command.help) if command.help else None
    command.get_help_option(typer.Context(command, **HELP_OPTIONS)).help = _("Show this message and exit.")
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = _(parameter.help)
    for child in getattr(command, "commands", {}).values():
        translate(child)


def usage_in_words(said: str) -> str:
    """Return what typer says of wrong usage in the current language; as it is where nobody has foreseen it."""
    flat = " ".join(said.split())
    for pattern, words in _USAGE:
        found = re.fullmatch(pattern, flat)
        if found:
            return _(words).format(*found.groups())
    return said


def _said(error: Any) -> str:
    """Return what typer says of wrong usage; of nan, which is in no range, that it is no number."""
    said = str(error.format_message())
    inputs = [str(each["input"]) for each in error.__cause__.errors()] if hasattr(error.__cause__, "errors") else []
    return re.sub("Input should be .*", "a valid number", said) if "nan" in inputs else said


def _translating(shown: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return typer's way of showing wrong usage, in the current language."""

    def show(error: Any) -> None:
        words = usage_in_words(_said(error))
        error.format_message = lambda: words
        shown(error)

    show.translated = True  # type: ignore[attr-defined]
    return show


def _folded(text: Any) -> Any:
    from typer.rich_utils import OptionHighlighter

    words = OptionHighlighter()(text)
    words.overflow = "fold"
    return words
