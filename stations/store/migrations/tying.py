"""Digests of a history whose form a step has changed, made anew."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from stations.store import digests  # what they are made of may never change

SAID = ("who", "why", "document_no", "submission")


def tie(connection: sa.Connection) -> None:
    """Give every row of the history, and every revision, the digest of what it holds now."""
    made = _table("revision", "made_at", "what", *SAID, "digest", numbers=("revision",), documents=("detail",))
    last = digests.FIRST
    for row in connection.execute(sa.select(made).order_by(made.c.revision)).mappings().all():
        own = sa.select(TOLD).where(TOLD.c.revision == row["revision"]).order_by(TOLD.c.pk)
        found = [(each["pk"], digests.of_row(dict(each))) for each in connection.execute(own).mappings()]
        for pk, digest in found:
            connection.execute(sa.update(TOLD).where(TOLD.c.pk == pk).values(digest=digest))
        last = digests.of_revision(last, dict(row), [digest for _pk, digest in found])
        connection.execute(sa.update(made).where(made.c.revision == row["revision"]).values(digest=last))


def _table(name: str, *texts: str, numbers: tuple[str, ...], documents: tuple[str, ...]) -> sa.TableClause:
    columns: list[sa.ColumnClause[Any]] = [sa.column(column, sa.Text()) for column in texts]
    columns += [sa.column(column, sa.Integer()) for column in numbers]
    return sa.table(name, *columns, *(sa.column(column, sa.JSON(none_as_null=True)) for column in documents))


TOLD = _table(
    *("history", "city", "kind", "record", "since", "action", "digest"),
    numbers=("pk", "revision"),
    documents=("before", "after"),
)
"""The history in the form that it has had since it has digests."""
