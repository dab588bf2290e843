"""The identity of an office's own identity provider that an account is bound to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0005"
down_revision = "r0004"


def upgrade() -> None:
    """Add it; nobody signed in that way before."""
    with op.batch_alter_table("account") as table:
        for name in ("issuer", "subject"):
            table.add_column(sa.Column(name, sa.Text))
        table.create_unique_constraint("account_identity", ["issuer", "subject"])


def downgrade() -> None:
    """Drop it: an older program asks no identity provider."""
    with op.batch_alter_table("account") as table:
        table.drop_constraint("account_identity", type_="unique")
        for name in ("issuer", "subject"):
            table.drop_column(name)
