"""The workbook in which an office fills in its list: made from the schema, so that it is read without a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stations.model.city import City
from stations.model.labels import labels
from stations.model.language import current_language, mark, use_language
from stations.model.language import gettext as _
from stations.model.schema import DEMONSTRATION, IDENTIFIERS, RECORDS, Kind, dump
from stations.model.settings import Settings
from stations.model.vocabulary import CoordSource
from stations.output.entry_workbook import Entry, Form, entry_workbook
from stations.planning.importing.guide import Explained, Takes, explained
from stations.planning.records.entry_fields import offered
from stations.planning.register import city_of

SHEETS: Mapping[Kind, str] = {"station": mark("Stations"), "base": mark("Activity bases")}
FOUND_BY_ITSELF = ("source_lon", "source_lat", "source_datum")
"""What the import fills in from the coordinates as given: nobody is asked for it."""
SAID_BY_ITSELF = (CoordSource.AREA, CoordSource.GENERATED)
"""Words that only the program uses of what it has made: nobody is offered them."""

_FORMS: Mapping[Takes, Form] = {"day": "day", "whole": "whole", "number": "number", "degrees": "degrees"}
_OFFERED = ("district", "union_unit")


def template(settings: Settings, kind: Kind) -> bytes:
    """Return the workbook to fill in for stations or bases, in the language of the settings, with the city's names."""
    use_language(settings.language)
    city, example, language = city_of(settings), _example(kind), current_language()
    asked = [each for each in explained(kind) if each.key not in FOUND_BY_ITSELF]
    heads = [_("Column"), _("Needed"), _("A cell takes"), _("Example"), _("Also read")]
    rows = [
        [each.header.label(language), each.needed, each.takes, _like(each, example), ", ".join(each.header.aliases)]
        for each in asked
    ]
    entries = [_entry(each, city, example) for each in asked]
    return entry_workbook(_(SHEETS[kind]), entries, advice=_advice(), guide=[heads, *rows])


def _entry(field: Explained, city: City, example: Mapping[str, Any]) -> Entry:
    header, words = field.header.label(current_language()), _words(field, city)
    needed = _("Needed: {when}.").format(when=field.needed) if field.needed else ""
    like = _("Example: {example}").format(example=found) if (found := _like(field, example)) else ""
    return Entry(
        header,
        _FORMS.get(field.sort, "text"),
        hint="\n".join(filter(None, [needed, _say(field, words), like])),
        refusal=_("Choose a word from the list.") if words else _("A cell here takes {what}.").format(what=field.takes),
        needed=field.key == "name",
        offered=words,
        only=field.sort == "word",
        example=example.get(header),
    )


def _like(field: Explained, example: Mapping[str, Any]) -> str:
    """Return what may stand in a cell: as the schema says, in words of the language."""
    return field.header.example if field.terms is None else example.get(field.header.label(current_language()), "")


def _words(field: Explained, city: City) -> list[str]:
    if field.terms is not None:
        return [term.label(current_language()) for term in field.terms if term not in SAID_BY_ITSELF]
    return offered(city, field.key) if field.key in _OFFERED else []


def _say(field: Explained, words: list[str]) -> str:
    """Return what is said of a cell when it is chosen; its words are in the drop-down."""
    if field.sort in {"words", "facilities"}:
        return _("Choose one from the list, or write several, separated by “、”.")
    if field.sort == "word":
        return _("Choose a word from the list.")
    return _("Choose from the list, or write another.") if words else ""


def _advice() -> list[str]:
    return [
        _("Fill in the first sheet, one row each. Only that sheet is imported; the example row is not."),
        _("A column with * is needed. Leave empty what is not known: nothing is guessed."),
        _("Coordinates need their datum: Amap and Tencent give GCJ-02, Baidu BD-09, Tianditu CGCS2000, GPS WGS84."),
        _("Leave the number empty for a new record: it gets one. With a number, that record is corrected."),
        _("Do not rename the columns. You may delete those you do not need, and add your own: they are kept."),
    ]


def _example(kind: Kind) -> dict[str, Any]:
    """Return a record like the examples of the schema by header, in the current language, marked as made up."""
    known = (each for each in explained(kind) if each.key != IDENTIFIERS[kind])  # a copied row must correct no record
    given = {each.key: each.header.example for each in known if each.header.example}
    given["name"] = _("Example: {example}").format(example=given["name"])
    record = RECORDS[kind].model_validate({**given, "source": DEMONSTRATION})
    return labels(kind, dump(record), current_language())
