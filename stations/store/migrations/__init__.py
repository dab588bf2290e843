"""The steps between the forms the tables have had, each way, with the data in place."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from stations.model.errors import StationsError
from stations.model.language import mark
from stations.store.tables import REVISION, VERSION

FIRST = "r0001"
"""The form of a database that does not say which one it has."""

HEAD = "r0011"
"""The form that this program reads and writes: that of `stations.store.tables`."""


class NewerDatabase(StationsError, RuntimeError):
    """The database was written by a newer version of this program. Fields: found, known."""

    template = mark(
        "The register was written by a newer version of this program (form {found}, known here: up to {known}). "
        "Use that version."
    )


def version_of(connection: sa.Connection) -> str | None:
    """Return the form of the tables; ``None`` where there is no register yet."""
    tables = sa.inspect(connection)
    if tables.has_table(VERSION.name):
        return connection.scalar(sa.select(VERSION.c.version_num))
    return FIRST if tables.has_table(REVISION.name) else None


def known_forms(found: str) -> list[str]:
    """Return the forms that this program knows, the latest first. Raises `NewerDatabase` where `found` is none."""
    from alembic.script import ScriptDirectory

    known = [step.revision for step in ScriptDirectory(Path(__file__).parent).walk_revisions()]
    if found not in known:
        raise NewerDatabase(found=found, known=known[0])
    return known


def migrate(connection: sa.Connection, *, to: str) -> None:
    """Bring the tables from the form they have to another, forth or back, within the transaction of `connection`.

    Raises `NewerDatabase` where this program does not know the form they have.
    """
    from alembic import command
    from alembic.config import Config

    steps = Config()
    steps.set_main_option("script_location", str(Path(__file__).parent))
    steps.attributes["connection"] = connection
    found = version_of(connection) or FIRST
    known = known_forms(found)
    if not sa.inspect(connection).has_table(VERSION.name):
        command.stamp(steps, FIRST)
    move = command.upgrade if known.index(to) <= known.index(found) else command.downgrade
    move(steps, to)
