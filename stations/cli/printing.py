"""How the command line shows things: JSON, tables, progress, remarks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import typer

from stations.model import numbers

WIDEST = 10_000  # columns of a table that is written into a file

say = partial(typer.echo, err=True)


def print_json(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))


@contextmanager
def working(words: str) -> Iterator[None]:
    """Show on standard error that something long is running, and for how long; nothing when it is not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    named = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), named, BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        progress.add_task(words, total=None)
        yield


@contextmanager
def stepping(total: int) -> Iterator[Callable[[int, str], None]]:
    """Show on standard error how many steps are done, and what comes next; nothing when it is not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda done, words: progress.update(task, completed=done, description=words)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table, numbers to the right; every cell is text, so that a name may hold [brackets].

    Nothing is cut off: on a terminal long cells are folded, in a file each row has its own line.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for position, column in enumerate(columns):
        numeric = all(isinstance(row[position], int | float) for row in rows)
        table.add_column(Text(column), justify="right" if numeric else "left", overflow="fold", no_wrap=position == 0)
    decimals = [
        numbers.decimals((row[position] for row in rows), header=column) for position, column in enumerate(columns)
    ]
    for row in rows:
        table.add_row(*(Text(_cell(value, places)) for value, places in zip(row, decimals, strict=True)))
    console = Console()
    if not console.is_terminal:
        console.width = console.measure(table, options=console.options.update_width(WIDEST)).maximum
    console.print(table)


def _cell(value: Any, decimals: int) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one value that differs from itself
        return ""
    if isinstance(value, float):
        return f"{value:,.{decimals}f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def print_frame(table: Any) -> None:
    rows = table.astype(object).to_numpy().tolist()
    print_table(
        [str(table.index.name), *table.columns], [[key, *row] for key, row in zip(table.index, rows, strict=True)]
    )
