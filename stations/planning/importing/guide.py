"""The schema explained: which headers a list may have and what their cells take, made from the schema itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args, get_origin

from stations.model.labels import vocabulary_of
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.reading import offered
from stations.model.schema import RECORDS, Header, Kind, fields
from stations.model.vocabulary import Term

Takes = Literal["word", "words", "facilities", "day", "whole", "number", "degrees", "text"]

NEEDED: Mapping[str, str] = {
    "name": mark("always"),
    "lon": mark("with a latitude"),
    "lat": mark("with a longitude"),
    "datum": mark("with coordinates"),
    "status_reason": mark("when delisted"),
}
"""Field → when a row must fill it (a marked message); every other may stay empty."""

_WORDS: Mapping[Takes, str] = {
    "word": mark("one of: {words}"),
    "words": mark("any of: {words}"),
    "facilities": mark("any of: {words}; with its state if it is not simply there"),
    "day": mark("a date"),
    "whole": mark("a whole number"),
    "number": mark("a number"),
    "degrees": mark("decimal degrees, or degrees, minutes and seconds"),
    "text": mark("text"),
}
_FREELY: Mapping[str, str] = {
    "district": mark("text, usually a district of the city"),
    "union_unit": mark("text, usually a union of the city"),
    "opening_hours": mark("text: days and times"),
}


@dataclass(frozen=True)
class Explained:
    """A field in words: what a cell takes, when a row needs it, and the vocabulary that its words are of, if any."""

    key: str
    header: Header
    sort: Takes
    takes: str
    needed: str
    terms: type[Term] | None


def explained(kind: Kind) -> list[Explained]:
    """Return the fields of a record, explained in the current language, in the order of the schema."""
    return [_explained(kind, key, header) for key, header in fields(kind).items()]


def field_guide(kind: Kind) -> str:
    """Return a Markdown table of a record's fields: key, headers, aliases, when needed, what a cell takes, example."""
    heads = [_("Key"), _("Chinese header"), _("English header"), _("Also read")]
    heads += [_("Needed"), _("A cell takes"), _("Example")]
    rows = [
        [f"`{key}`", header.zh, header.en, ", ".join(header.aliases), each.needed, each.takes, header.example]
        for each in explained(kind)
        for key, header in [(each.key, each.header)]
    ]
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _explained(kind: Kind, key: str, header: Header) -> Explained:
    sort, terms = _sort(kind, key), vocabulary_of(kind, key)
    takes = _(_FREELY.get(key, _WORDS[sort])).format(words=offered(terms) if terms else "")
    return Explained(key, header, sort, takes, _(NEEDED[key]) if key in NEEDED else "", terms)


def _sort(kind: Kind, key: str) -> Takes:
    """Return what the cells of a field take."""
    annotation = RECORDS[kind].model_fields[key].annotation
    if vocabulary_of(kind, key) is not None:
        several: Mapping[object, Takes] = {dict: "facilities", tuple: "words"}
        return several.get(get_origin(annotation), "word")
    if dt.date in get_args(annotation):
        return "day"
    if int in get_args(annotation):
        return "whole"
    if float in get_args(annotation):
        return "degrees" if key.endswith(("lon", "lat")) else "number"
    return "text"
