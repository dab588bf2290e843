"""The schema explained: which headers a list may have and what their cells take, made from the schema itself."""

from __future__ import annotations

import datetime as dt
import types
from typing import Any, get_args, get_origin

from stations.model.language import current_language
from stations.model.language import gettext as _
from stations.model.schema import RECORDS, Kind, fields
from stations.model.vocabulary import Term


def field_guide(kind: Kind) -> str:
    """Return a Markdown table of a record's fields: key, headers, aliases, what a cell takes, example."""
    heads = [_("Key"), _("Chinese header"), _("English header"), _("Also read"), _("A cell takes"), _("Example")]
    rows = [
        [f"`{key}`", header.zh, header.en, ", ".join(header.aliases), _takes(kind, key), header.example]
        for key, header in fields(kind).items()
    ]
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _takes(kind: Kind, key: str) -> str:
    annotation = RECORDS[kind].model_fields[key].annotation
    parts = _parts(annotation)
    words = next((part for part in parts if isinstance(part, type) and issubclass(part, Term)), None)
    if words is not None:
        offered = ", ".join(member.label(current_language()) for member in words)
        several = any(get_origin(part) in {tuple, dict} for part in (annotation, *parts))
        return _("any of: {words}").format(words=offered) if several else _("one of: {words}").format(words=offered)
    if dt.date in parts:
        return _("a date")
    if int in parts:
        return _("a whole number")
    return _("a number") if float in parts else _("text")


def _parts(annotation: Any) -> list[Any]:
    """Return an annotation with everything in it."""
    inner = [part for argument in get_args(annotation) for part in _parts(argument)]
    return [annotation, *inner] if not isinstance(annotation, types.UnionType) else inner
