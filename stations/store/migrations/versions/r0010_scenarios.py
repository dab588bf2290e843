"""What was proposed for new stations, under a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0010"
down_revision = "r0009"


def upgrade() -> None:
    """Make room for it: nothing has been saved yet."""
    op.create_table(
        "scenario",
        sa.Column("pk", sa.Integer, primary_key=True),
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("wish", sa.JSON, nullable=False),
        sa.Column("told", sa.JSON, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("saved_at", sa.Text, nullable=False),
        sa.UniqueConstraint("city", "name", name="scenario_name"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("scenario")
