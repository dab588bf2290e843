"""The history says of which city a record is, and from which day on a state holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"

INDEX = "history_days"
KINDS = {"station": "station_id", "base": "base_id"}


def upgrade() -> None:
    """Add both; a state holds from the day it was written, a new station's from the day it opened."""
    with op.batch_alter_table("history") as table:
        table.add_column(sa.Column("city", sa.String(6)))
        table.add_column(sa.Column("since", sa.Text))
    connection = op.get_bind()
    for kind, identifier in KINDS.items():
        owner = sa.text(
            f"UPDATE history SET city = (SELECT city FROM {kind} WHERE {identifier} = history.record) "
            "WHERE kind = :kind"
        )
        connection.execute(owner, {"kind": kind})
    written = "SELECT made_at FROM revision WHERE revision.revision = history.revision"
    connection.execute(sa.text(f"UPDATE history SET since = substr(({written}), 1, 10)"))
    history = sa.table("history", sa.column("pk"), sa.column("action"), sa.column("since"), sa.column("after", sa.JSON))
    added = connection.execute(sa.select(history).where(history.c.action == "added")).mappings()
    opened = [{"row": row["pk"], "day": row["after"].get("opened_on")} for row in added.all() if row["after"]]
    earlier = [each for each in opened if each["day"]]
    if earlier:
        move = sa.update(history).where(history.c.pk == sa.bindparam("row"), history.c.since > sa.bindparam("day"))
        connection.execute(move.values(since=sa.bindparam("day")), earlier)
    with op.batch_alter_table("history") as table:
        table.alter_column("city", existing_type=sa.String(6), nullable=False)
        table.alter_column("since", existing_type=sa.Text, nullable=False)
        table.create_index(INDEX, ["city", "kind", "record", "since", "revision"])


def downgrade() -> None:
    """Drop both: what was written about the past stays in the order in which it was written."""
    with op.batch_alter_table("history") as table:
        table.drop_index(INDEX)
        table.drop_column("since")
        table.drop_column("city")
