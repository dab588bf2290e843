"""A revision says who made it and why; digests tie revisions and their history together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from stations.store.migrations.tying import SAID, tie

revision = "r0003"
down_revision = "r0002"


def upgrade() -> None:
    """Add them; of revisions made before, nobody said who or why."""
    with op.batch_alter_table("revision") as table:
        for name in (*SAID, "digest"):
            table.add_column(sa.Column(name, sa.Text))
    with op.batch_alter_table("history") as table:
        table.add_column(sa.Column("digest", sa.Text))
    tie(op.get_bind())
    with op.batch_alter_table("revision") as table:
        table.alter_column("digest", existing_type=sa.Text, nullable=False)
        table.create_unique_constraint("revision_submission", ["submission"])
    with op.batch_alter_table("history") as table:
        table.alter_column("digest", existing_type=sa.Text, nullable=False)


def downgrade() -> None:
    """Drop them, and with them what was said."""
    with op.batch_alter_table("history") as table:
        table.drop_column("digest")
    with op.batch_alter_table("revision") as table:
        table.drop_constraint("revision_submission", type_="unique")
        for name in (*SAID, "digest"):
            table.drop_column(name)
