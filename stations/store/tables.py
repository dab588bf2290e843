"""The tables of the register, made from the schema: one column for each field of a record.

``lon`` and ``lat`` are WGS84 in plain columns; dates are ISO text; lists and mappings are JSON. Every row knows the
revision that wrote it last (``revision``), how often it was written (``version``) and the revision that took it out
(``removed_in``, empty while it is in force): nothing is physically deleted.

``history`` holds what every revision made of a record's timeline (`stations.store.timeline`): what it was `before` and
is `after`, from the day ``since`` on. The state on a day is that of the last such day, as written last.

``photo`` holds the photos of all records, each once. One that a record has, or had at any time, stays.

``account``, ``sign_in`` and ``audit`` say who may come in, who is in, and what was done that changes no record;
``draft`` keeps what somebody has begun to enter; ``link_key`` is what links are signed with, at most one;
``headings`` keeps what the columns of a list were taken for, where somebody had to decide; ``scenario`` keeps what was
proposed for new stations, under a name.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, Union, get_args, get_origin

import sqlalchemy as sa

from stations.model.schema import IDENTIFIERS, RECORDS, Kind, fields

METADATA = sa.MetaData()


def _column_type(annotation: Any) -> sa.types.TypeEngine[Any]:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _column_type(next(part for part in get_args(annotation) if part is not type(None)))
    if hasattr(annotation, "__metadata__"):
        return _column_type(get_args(annotation)[0])
    if origin in (dict, tuple):
        return sa.JSON()
    numeric: dict[Any, sa.types.TypeEngine[Any]] = {float: sa.Float(), int: sa.Integer()}
    return numeric.get(annotation, sa.Text())


def _record_table(kind: Kind) -> sa.Table:
    own = [
        sa.Column(
            field,
            _column_type(RECORDS[kind].model_fields[field].annotation),
            unique=field == IDENTIFIERS[kind],
        )
        for field in fields(kind)
    ]
    return sa.Table(
        kind,
        METADATA,
        sa.Column("pk", sa.Integer, primary_key=True),
        sa.Column("city", sa.String(6), nullable=False, index=True),
        *own,
        sa.Column("photos", sa.JSON, doc="digests of rows of `photo`"),
        sa.Column("extra", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("removed_in", sa.Integer),
    )


RECORD_TABLES: Mapping[Kind, sa.Table] = {kind: _record_table(kind) for kind in RECORDS}

REVISION = sa.Table(
    "revision",
    METADATA,
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("made_at", sa.Text, nullable=False, doc="UTC, ISO 8601"),
    sa.Column("what", sa.Text, nullable=False, doc="the use case, in one word"),
    sa.Column("who", sa.Text, doc="empty: nobody said"),
    sa.Column("why", sa.Text),
    sa.Column("document_no", sa.Text),
    sa.Column("submission", sa.Text, doc="names a submitted form, so that it is written once"),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("digest", sa.Text, nullable=False, doc="see `stations.store.digests`"),
    sa.UniqueConstraint("submission", name="revision_submission"),
)

HISTORY = sa.Table(
    "history",
    METADATA,
    sa.Column("pk", sa.Integer, primary_key=True),
    sa.Column("city", sa.String(6), nullable=False),
    sa.Column("revision", sa.Integer, sa.ForeignKey("revision.revision"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False, doc="the record's identifier"),
    sa.Column("since", sa.Text, nullable=False, doc="the day from which it holds, until that of the next row"),
    sa.Column("action", sa.Text, nullable=False, doc="added, changed or removed"),
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.Column("after", sa.JSON(none_as_null=True)),
    sa.Column("digest", sa.Text, nullable=False, doc="see `stations.store.digests`"),
    sa.Index("history_days", "city", "kind", "record", "since", "revision"),
)

PHOTO = sa.Table(
    "photo",
    METADATA,
    sa.Column("digest", sa.Text, primary_key=True, doc="SHA-256 of the content"),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("thumbnail", sa.LargeBinary, nullable=False),
    sa.Column("thumbnail_digest", sa.Text, nullable=False),
    sa.Column("kept_at", sa.Text, nullable=False, doc="when it was handed in last: UTC, ISO 8601"),
)

ACCOUNT = sa.Table(
    "account",
    METADATA,
    sa.Column("pk", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True, doc="as it is compared: see `vocabulary.folded`"),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("union_code", sa.Text, doc="the only union whose records are one's own; empty: all"),
    sa.Column("secret", sa.Text, doc="argon2id; empty: nobody can sign in with it"),
    sa.Column("must_change", sa.Boolean, nullable=False, doc="the password is one that somebody else has given"),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("issuer", sa.Text, doc="the identity provider that says who its owner is; empty: none has yet"),
    sa.Column("subject", sa.Text, doc="whom it says so of, by the name that it gives to nobody else"),
    sa.UniqueConstraint("issuer", "subject", name="account_identity"),
)

SIGN_IN = sa.Table(
    "sign_in",
    METADATA,
    sa.Column("token", sa.Text, primary_key=True, doc="SHA-256 of what the browser's cookie holds"),
    sa.Column("account", sa.Integer, sa.ForeignKey("account.pk"), nullable=False, index=True),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("seen_at", sa.Text, nullable=False),
    sa.Column("ended_at", sa.Text),
)

AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("pk", sa.Integer, primary_key=True),
    sa.Column("at", sa.Text, nullable=False, doc="UTC, ISO 8601"),
    sa.Column("who", sa.Text, nullable=False, doc="the name that was given, whether there is such an account or not"),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("about", sa.Text, doc="the record, file or account it was about"),
    sa.Column("address", sa.Text, doc="of the other machine; empty: this one"),
    sa.Index("audit_who", "who", "what", "at"),
    sa.Index("audit_address", "address", "what", "at"),
)

DRAFT = sa.Table(
    "draft",
    METADATA,
    sa.Column("submission", sa.Text, primary_key=True, doc="names the form, see `revision.submission`"),
    sa.Column("who", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("record", sa.Text, doc="the record that is corrected; empty: a new one"),
    sa.Column("version", sa.Integer),
    sa.Column("entered", sa.JSON, nullable=False, doc="text by field"),
    sa.Column("photos", sa.JSON, doc="digests of rows of `photo`"),
    sa.Column("about", sa.JSON, doc="what was answered about the save: `since`, `document`, `why`"),
    sa.Column("touched_at", sa.Text, nullable=False),
)

LINK_KEY = sa.Table(
    "link_key",
    METADATA,
    sa.Column("pk", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, doc="what links are signed with; another one, and none of them holds"),
    sa.Column("made_at", sa.Text, nullable=False),
)

HEADINGS = sa.Table(
    "headings",
    METADATA,
    sa.Column("shape", sa.Text, primary_key=True, doc="what tells one kind of list from another: a digest"),
    sa.Column("fields", sa.JSON, nullable=False, doc="header to field, null for no field"),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("kept_at", sa.Text, nullable=False, doc="UTC, ISO 8601"),
)

SCENARIO = sa.Table(
    "scenario",
    METADATA,
    sa.Column("pk", sa.Integer, primary_key=True),
    sa.Column("city", sa.String(6), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("wish", sa.JSON, nullable=False, doc="what was chosen, as an address says it: text by name"),
    sa.Column("told", sa.JSON, nullable=False, doc="what it came to when it was saved"),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("saved_at", sa.Text, nullable=False, doc="UTC, ISO 8601"),
    sa.UniqueConstraint("city", "name", name="scenario_name"),
)

VERSION = sa.Table("alembic_version", METADATA, sa.Column("version_num", sa.String(32), primary_key=True))
