"""Values of a record as people read them, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from stations.model.language import Language, listed
from stations.model.schema import RECORDS, Kind, fields
from stations.model.vocabulary import Facility, FacilityState, Term


@cache
def vocabulary_of(kind: Kind, field: str) -> type[Term] | None:
    """Return the vocabulary a field's values come from, if it has one."""

    def found(annotation: Any) -> type[Term] | None:
        if isinstance(annotation, type) and issubclass(annotation, Term):
            return annotation
        return next((terms for part in get_args(annotation) if (terms := found(part))), None)

    return found(RECORDS[kind].model_fields[field].annotation)


def label_of(kind: Kind, field: str, value: Any, *, language: Language) -> Any:
    """Return a stored value as it is read: labels for keys, one text for lists and facilities; else as it is.

    The text of a facility that is not simply there names its state, as the import reads it: ``厕所:故障``.
    """
    if value is None or value in ([], {}):
        return None
    if field == "facilities":
        return listed((_facility(name, state, language) for name, state in dict(value).items()), language)
    terms = vocabulary_of(kind, field)
    if terms is None:
        return value
    if isinstance(value, str):
        return terms(value).label(language)
    return listed((terms(part).label(language) for part in value), language)


def _facility(name: str, state: str, language: Language) -> str:
    label = Facility(name).label(language)
    return label if state == FacilityState.YES else f"{label}:{FacilityState(state).label(language)}"


def labels(kind: Kind, row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return the known values of a record with their headers, both in `language`, in the order of the schema."""
    values = {
        header.label(language): label_of(kind, key, row.get(key), language=language)
        for key, header in fields(kind).items()
    }
    return {header: value for header, value in values.items() if value is not None}
