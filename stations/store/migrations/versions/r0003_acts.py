"""A revision says who made it and why; digests tie revisions and their history together."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from stations.store import digests  # what they are made of may never change

revision = "r0003"
down_revision = "r0002"

SAID = ("who", "why", "document_no", "submission")


def upgrade() -> None:
    """Add them; of revisions made before, nobody said who or why."""
    with op.batch_alter_table("revision") as table:
        for name in (*SAID, "digest"):
            table.add_column(sa.Column(name, sa.Text))
    with op.batch_alter_table("history") as table:
        table.add_column(sa.Column("digest", sa.Text))
    _fill(op.get_bind())
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


def _fill(connection: sa.Connection) -> None:
    made = _table("revision", "made_at", "what", *SAID, "digest", numbers=("revision",), documents=("detail",))
    texts = ("city", "kind", "record", "since", "action", "digest")
    history = _table("history", *texts, numbers=("pk", "revision"), documents=("before", "after"))
    last = digests.FIRST
    for row in connection.execute(sa.select(made).order_by(made.c.revision)).mappings().all():
        own = sa.select(history).where(history.c.revision == row["revision"]).order_by(history.c.pk)
        found = [(each["pk"], digests.of_row(dict(each))) for each in connection.execute(own).mappings()]
        for pk, digest in found:
            connection.execute(sa.update(history).where(history.c.pk == pk).values(digest=digest))
        last = digests.of_revision(last, dict(row), [digest for _pk, digest in found])
        connection.execute(sa.update(made).where(made.c.revision == row["revision"]).values(digest=last))


def _table(name: str, *texts: str, numbers: tuple[str, ...], documents: tuple[str, ...]) -> sa.TableClause:
    columns: list[sa.ColumnClause[Any]] = [sa.column(column, sa.Text()) for column in texts]
    columns += [sa.column(column, sa.Integer()) for column in numbers]
    return sa.table(name, *columns, *(sa.column(column, sa.JSON()) for column in documents))
