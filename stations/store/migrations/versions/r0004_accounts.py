"""Accounts, who is signed in, the audit, and forms half filled in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0004"
down_revision = "r0003"


def upgrade() -> None:
    """Make their tables, empty: nobody had to sign in before."""
    op.create_table(
        "account",
        sa.Column("pk", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        *_texts("role"),
        sa.Column("union_code", sa.Text),
        sa.Column("secret", sa.Text),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        *_texts("made_at"),
    )
    op.create_table(
        "sign_in",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("account", sa.Integer, sa.ForeignKey("account.pk"), nullable=False, index=True),
        *_texts("made_at", "seen_at"),
        sa.Column("ended_at", sa.Text),
    )
    op.create_table(
        "audit",
        sa.Column("pk", sa.Integer, primary_key=True),
        *_texts("at", "who", "what"),
        sa.Column("about", sa.Text),
        sa.Column("address", sa.Text),
    )
    op.create_index("audit_who", "audit", ["who", "what", "at"])
    op.create_index("audit_address", "audit", ["address", "what", "at"])
    op.create_table(
        "draft",
        sa.Column("submission", sa.Text, primary_key=True),
        sa.Column("who", sa.Text, nullable=False, index=True),
        *_texts("kind"),
        sa.Column("record", sa.Text),
        sa.Column("version", sa.Integer),
        sa.Column("entered", sa.JSON, nullable=False),
        *_texts("touched_at"),
    )


def downgrade() -> None:
    """Drop them, and with them every account: an older program asks nobody to sign in."""
    for name in ("draft", "audit", "sign_in", "account"):
        op.drop_table(name)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]
