"""A station can hold honours beside its tier, which is the highest."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from stations.store.migrations.tying import TOLD, tie

revision = "r0011"
down_revision = "r0010"

FIELD = "other_honours"


def upgrade() -> None:
    """Make room for them: of none is it known that it holds more than its tier."""
    op.add_column("station", sa.Column(FIELD, sa.JSON))
    op.execute(f"UPDATE station SET {FIELD} = '[]'")


def downgrade() -> None:
    """Drop them, also from the history, which an older program could not read else."""
    connection = op.get_bind()
    found = False
    for pk, *states in connection.execute(sa.select(TOLD.c.pk, TOLD.c.before, TOLD.c.after)).all():
        if any(FIELD in (state or {}) for state in states):
            before, after = map(_plain, states)
            connection.execute(sa.update(TOLD).where(TOLD.c.pk == pk).values(before=before, after=after))
            found = True
    if found:
        tie(connection)
    op.drop_column("station", FIELD)


def _plain(state: dict[str, Any] | None) -> dict[str, Any] | None:
    return state and {name: value for name, value in state.items() if name != FIELD}
