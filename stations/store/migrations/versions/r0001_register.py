"""The register as it was first: records, revisions and the history of changes. Nothing stands before it."""

from __future__ import annotations

revision = "r0001"
down_revision = None


def upgrade() -> None:
    """Do nothing: a database of this form is only ever found, never made."""


def downgrade() -> None:
    """Do nothing."""
