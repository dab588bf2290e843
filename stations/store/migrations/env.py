"""Run by Alembic: takes the steps on the connection it is given, in the transaction that stands."""

from __future__ import annotations

from alembic import context

if hasattr(context, "config"):  # not when it is only imported
    context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
    context.run_migrations()
