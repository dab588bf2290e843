"""What the columns of a list were taken for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0009"
down_revision = "r0008"


def upgrade() -> None:
    """Make room for it: nothing has been decided yet."""
    op.create_table(
        "headings",
        sa.Column("shape", sa.Text, primary_key=True),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("kept_at", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("headings")
