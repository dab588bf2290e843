"""The fields of a record as a form asks for them: in sections, each with the kind of answer it takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from stations.model.city import City
from stations.model.labels import vocabulary_of
from stations.model.language import mark
from stations.model.schema import RECORDS, Kind, fields
from stations.model.vocabulary import Facility, Term

Answer = Literal["hours", "text", "listed", "long", "term", "terms", "facilities", "day"]

SECTIONS: Mapping[str, tuple[str, ...]] = {
    mark("What and whose"): ("name", "tier", "other_honours", "kinds", "district", "union_unit", "township", "address"),
    mark("Where"): ("lon", "lat", "datum", "coord_source", "coord_precision"),
    mark("Status of the station"): ("status", "status_on", "status_reason", "document_no"),
    mark("When it is open"): ("opening_hours", "opened_on"),
    mark("What it offers"): (
        *("groups", "host_type", "build_type", "star", "capacity", "area_m2", "daily_visits"),
        *("facilities", "services"),
    ),
    mark("Who answers for it"): ("contact_phone", "verified_on", "verified_by", "source", "notes"),
}
"""Section (a marked message) → its fields; those that a kind of record does not have are left out."""

NOTES: Mapping[str, str] = {
    "Status of the station": mark(
        "How the station is now. Day, reason and document of a suspension or delisting belong here, on its card."
    ),
}
"""Section → what it is for (a marked message), where its fields alone do not say so."""


@dataclass(frozen=True)
class Asked:
    """A field as a form asks for it; `options` are the words of its vocabulary, if it has one."""

    name: str
    answer: Answer
    options: tuple[Term, ...] = ()


def sections(kind: Kind, *, left_out: Collection[str] = ()) -> dict[str, list[Asked]]:
    """Return the sections of the form for a kind of record, with its fields but those `left_out`; none is empty."""
    known = fields(kind).keys() - left_out
    asked = {title: [_asked(kind, name) for name in names if name in known] for title, names in SECTIONS.items()}
    return {title: named for title, named in asked.items() if named}


def offered(city: City, name: str) -> list[str]:
    """Return the texts that a city has for a field that takes others, too: its districts, or its unions."""
    return list(city.divisions.values()) if name == "district" else [union.full_name for union in city.unions]


def _asked(kind: Kind, name: str) -> Asked:
    annotation, terms = RECORDS[kind].model_fields[name].annotation, vocabulary_of(kind, name)
    if name == "facilities":
        return Asked(name, "facilities", tuple(Facility))
    if terms is not None:
        several = tuple in {annotation, getattr(annotation, "__origin__", None)}
        return Asked(name, "terms" if several else "term", tuple(terms))
    if name == "opening_hours":
        return Asked(name, "hours")
    if name in {"district", "union_unit"}:
        return Asked(name, "listed")
    if dt.date in {annotation, *get_args(annotation)}:
        return Asked(name, "day")
    return Asked(name, "long" if name in {"notes", "services"} else "text")
