"""Records have photos, which are kept in the database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from stations.store.migrations.tying import TOLD, tie

revision = "r0006"
down_revision = "r0005"

RECORDS = ("station", "base")


def upgrade() -> None:
    """Make their table, empty: no record has a photo yet."""
    op.create_table(
        "photo",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("thumbnail", sa.LargeBinary, nullable=False),
        sa.Column("thumbnail_digest", sa.Text, nullable=False),
        sa.Column("kept_at", sa.Text, nullable=False),
    )
    for name in RECORDS:
        op.add_column(name, sa.Column("photos", sa.JSON))
        op.execute(f"UPDATE {name} SET photos = '[]'")
    op.add_column("draft", sa.Column("photos", sa.JSON))


def downgrade() -> None:
    """Drop it, and with it every photo, also from the history, which an older program could not read else."""
    connection = op.get_bind()
    if _without_photos(connection):
        tie(connection)
    for name in (*RECORDS, "draft"):
        op.drop_column(name, "photos")
    op.drop_table("photo")


def _without_photos(connection: sa.Connection) -> bool:
    """Take the photos out of every state that the history tells; return whether there were any."""
    found = False
    sides = sa.select(TOLD.c.pk, TOLD.c.before, TOLD.c.after)
    for pk, *states in connection.execute(sides).all():
        if any("photos" in (state or {}) for state in states):
            before, after = map(_plain, states)
            connection.execute(sa.update(TOLD).where(TOLD.c.pk == pk).values(before=before, after=after))
            found = True
    return found


def _plain(state: dict[str, Any] | None) -> dict[str, Any] | None:
    return state and {name: value for name, value in state.items() if name != "photos"}
