"""Many records corrected at once: what that would do to each, written as one revision."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from stations.model.accounts import Right
from stations.model.acts import Act
from stations.model.language import gettext as _
from stations.model.privacy import masked_record
from stations.model.schema import IDENTIFIERS, RECORDS, Kind, Place, dump, entering
from stations.model.settings import Settings
from stations.planning.access.rights import OtherUnion, require, require_own
from stations.planning.records.edit import NotAccepted, require_one_day
from stations.planning.records.entering import UnknownRecord
from stations.planning.records.life_cycle import going_on
from stations.planning.register import city_of, open_register
from stations.store.changes import Changes

ONES_OWN = frozenset({"name", "address", "lon", "lat", "datum", "coord_source", "coord_precision", "contact_phone"})
"""Fields that no two records share."""
ORIGIN = frozenset({"source", "notes"})
"""Fields in which each record says something of itself that many could not say alike."""


@dataclass(frozen=True)
class Refused:
    """A record that cannot be corrected like the others, and why."""

    key: str
    name: str
    reason: str


@dataclass(frozen=True)
class BulkPlan:
    """What giving many records the same values would do, before anything is written.

    `changed` are the records as they will be, `before` as they are (dumped, by identifier).
    """

    kind: Kind
    changed: Sequence[Place]
    before: Mapping[str, Mapping[str, Any]]
    unchanged: int
    refused: Sequence[Refused]
    versions: Mapping[str, int]


def plan_bulk(settings: Settings, kind: Kind, keys: Sequence[str], *, values: Mapping[str, str]) -> BulkPlan:
    """Return what it would do to give the records with `keys` the same `values` (text by field).

    A blank value leaves a field as it is. Facilities are given one by one: those that are not named stay. A record that
    would not be valid so, or that the user may not change, is refused with its reason, and does not keep the others
    from being corrected.

    Raises
    ------
    NotAllowed
        It is not for the user to correct records.
    UnknownRecord
        The city has no record with one of the keys.
    """
    require(settings, Right.EDIT)
    register, adcode = open_register(settings.database), city_of(settings).adcode
    versions, known = register.versions(kind, adcode), register.stored(kind, adcode)
    given = {field: text for field, text in values.items() if text and field not in ONES_OWN | ORIGIN}
    changed, refused = [], []
    for key in dict.fromkeys(keys):
        if key not in known:
            raise UnknownRecord(record=key)
        try:
            record = _with(kind, known[key], given)
            require_own(settings, Right.EDIT, [known[key], dump(record)])
        except ValidationError as error:
            refused.append(Refused(key, _name(known[key]), error.errors(include_url=False)[0]["msg"]))
        except OtherUnion as error:
            refused.append(Refused(key, _name(known[key]), str(error)))
        else:
            if dump(record) != known[key]:
                changed.append(record)
    meant = [str(getattr(record, IDENTIFIERS[kind])) for record in changed]
    return BulkPlan(
        kind=kind,
        changed=changed,
        before={key: known[key] for key in meant},
        unchanged=len(dict.fromkeys(keys)) - len(changed) - len(refused),
        refused=refused,
        versions={key: versions[key] for key in meant},
    )


def _name(row: Mapping[str, Any]) -> str:
    return str(masked_record(row)["name"])


def _with(kind: Kind, row: Mapping[str, Any], given: Mapping[str, str]) -> Place:
    """Return a record with the given values. Raises pydantic's `ValidationError`, in the reader's language."""
    stated: dict[str, Any] = {
        field: json.loads(text) if text.startswith(("[", "{")) else text for field, text in given.items()
    }
    if "facilities" in stated:
        stated["facilities"] = row.get("facilities", {}) | stated["facilities"]
    return RECORDS[kind].model_validate({**going_on(row, stated), **stated}, context=entering())


def confirm_bulk(settings: Settings, plan: BulkPlan, act: Act, *, since: dt.date | None = None) -> int:
    """Write `plan` as one revision, all or nothing, and return its number.

    Parameters
    ----------
    since
        The day from which it has been so; else each field holds as the register's history says of an edit.

    Raises
    ------
    NotAllowed, OtherUnion
        It is not for the user to do.
    NotAccepted
        Nothing would change, or two days are given for a status.
    StaleRecord
        Somebody has saved one of the records since the plan was made. Nothing is written.
    RegisterUnavailable
        The register cannot be written.
    """
    require_own(settings, Right.EDIT, [*plan.before.values(), *map(dump, plan.changed)])
    if not plan.changed:
        raise NotAccepted(reason=_("Nothing would change."))
    for record in plan.changed:
        require_one_day(dump(record), plan.before[str(getattr(record, IDENTIFIERS[plan.kind]))], since)
    changes = Changes(plan.kind, city_of(settings).adcode, changed=plan.changed, since=since, versions=plan.versions)
    return open_register(settings.database).apply([changes], act)
