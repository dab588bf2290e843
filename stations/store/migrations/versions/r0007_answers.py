"""Drafts keep what was answered about the save: since when, under which document, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0007"
down_revision = "r0006"


def upgrade() -> None:
    """Make room for it: nothing is known of drafts that are there."""
    op.add_column("draft", sa.Column("about", sa.JSON))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("draft", "about")
