"""The help of the command line in the reader's language: typer's own words as well as ours."""

from __future__ import annotations

from typing import Any

import typer

from stations.model.language import gettext as _

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


def _folded(text: Any) -> Any:
    from typer.rich_utils import OptionHighlighter

    words = OptionHighlighter()(text)
    words.overflow = "fold"
    return words
