"""What links are signed with, that open an address without a sign-in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0008"
down_revision = "r0007"


def upgrade() -> None:
    """Make room for it, where a database that calls itself r0007 does not have it already: some were made so."""
    op.create_table(
        "link_key",
        sa.Column("pk", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("link_key")
