"""Whether the user of the settings may do what a use case does; every one that writes or hands out data asks here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stations.model.accounts import Right
from stations.model.errors import StationsError
from stations.model.language import mark
from stations.model.places import union_code
from stations.model.settings import Settings
from stations.planning.register import city_of, union_label


class NotAllowed(StationsError, PermissionError):
    """The role does not have the right. Fields: role, right."""

    template = mark("The role “{role}” may not {right}. Ask an administrator.")


class OtherUnion(StationsError, PermissionError):
    """The record is that of another county-level union. Fields: whose, union."""

    template = mark("It is a record of {whose}. You may change, and see in full, those of {union} alone.")


def require(settings: Settings, right: Right) -> None:
    """Raise `NotAllowed` unless the user has a right."""
    user = settings.user
    if not user.may(right):
        raise NotAllowed(role=user.role.label(settings.language), right=right.label(settings.language))


def require_own(settings: Settings, right: Right, records: Iterable[Mapping[str, Any]]) -> None:
    """Raise `NotAllowed` unless the user has a right, and `OtherUnion` unless he has it for each of `records` (dumped).

    A record is of the union that it names, else of that of the district it states; one of no union is nobody's own.
    """
    require(settings, right)
    own = settings.user.union
    if own is None:
        return
    city = city_of(settings)
    for record in records:
        whose = union_code(city, record.get("union_unit"), record.get("district"))
        if whose != own:
            named = union_label(settings, whose) if whose else mark("no county-level union")
            raise OtherUnion(whose=named, union=union_label(settings, own))


def refusal(settings: Settings, right: Right, records: Iterable[Mapping[str, Any]]) -> StationsError | None:
    """Return why `require_own` would refuse, so that nobody is offered what is refused; ``None`` where it would not."""
    try:
        require_own(settings, right, records)
    except (NotAllowed, OtherUnion) as error:
        return error
    return None
