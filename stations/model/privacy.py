"""Personal data in records: what is shown to everybody, and what is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from stations.model.vocabulary import folded

# Eleven digits, 13… to 19…: also full-width, in any groups (138 1234 5678), or right after the country's code (+86).
_GAP = r"[\s‐-―−－._·-]?"
_FOUR = rf"\d(?:{_GAP}\d){{3}}"
_START = rf"(?:(?<!\d)|(?<=(?<!\d)86)|(?<=(?<!\d)0086))([1１][3-9３-９]\d{_GAP})"
_END = rf"({_GAP}{_FOUR})(?!\d)"
_MOBILE = re.compile(rf"{_START}{_FOUR}{_END}")
_BEGUN = re.compile("[1１][3-9３-９]\\d")  # in every mobile number, in few other texts, and found much faster
_HIDDEN = re.compile(rf"{_START}\*{{4}}{_END}")


CONTACT = "contact_phone"


def holds_mobile(text: str | None) -> bool:
    """Return whether `text` holds a personal mobile number (11 digits, 13… to 19…)."""
    return bool(text and _MOBILE.search(text))


def any_begins_a_mobile(texts: Iterable[str | None]) -> bool:
    """Return whether any of `texts` may hold a mobile number: without it, `masked` changes none of them."""
    return bool(_BEGUN.search("\0".join(filter(None, texts))))


def masked(text: str | None) -> str | None:
    """Return `text` with the middle of each personal mobile number hidden; landlines stay as they are."""
    return _MOBILE.sub(r"\1****\2", text) if text and _BEGUN.search(text) else text


@cache
def personal(header: str) -> bool:
    """Return whether a column of a list, by its header, holds the name of a person."""
    plain = folded(header)
    return plain in _PERSONS or any(word in plain for word in ("姓名", "联系人", "负责人", "责任人", "管理员", "站长"))


_PERSONS = {"contact", "contactperson", "contactname", "manager", "person", "personincharge"}


def masked_name(name: str) -> str:
    """Return the name of a person with all but its first letter hidden."""
    return name[:1] + "*" * len(name[1:])


def masked_contact(text: str | None) -> str | None:
    """Return what stands in the field for a phone as everybody sees it: numbers as `masked`, and no name of a person.

    Nobody can tell a name from another word for certain: all letters are hidden but for words an office is called by.
    """
    return masked(_LETTERS.sub(lambda found: _name_hidden(found[0]), text)) if text else text


def _name_hidden(word: str) -> str:
    return word if _OFFICE.fullmatch(word) else masked_name(word)


_LETTERS = re.compile(r"[^\W\d_]{2,}")
_OFFICE = re.compile(
    "(?:办公室|办公|值班室|值班|联系|固定|座机|手机|总机|分机|热线|传真|前台|服务台|电话|号码|或|转|和"
    "|tel|telephone|phone|mobile|ext|extension|fax|office|hotline|or)+",
    re.IGNORECASE,
)


def masked_cell(header: str, text: str) -> str:
    """Return the cell of a column that is no field of a record as it is shown to everybody."""
    return masked_name(text) if personal(header) else masked(text) or ""


def masked_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dumped record as it is shown to everybody."""
    shown = {key: masked(text) if isinstance(text, str) else text for key, text in record.items() if key != "extra"}
    if CONTACT in record:
        shown[CONTACT] = masked_contact(record[CONTACT])
    if "extra" in record:
        shown["extra"] = {header: masked_cell(header, text) for header, text in record["extra"].items()}
    return shown


def in_full(stated: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dumped record with what is hidden in it written out as it stands in `known`, see `unmasked`."""
    whole = {key: unmasked(text, known.get(key)) if isinstance(text, str) else text for key, text in stated.items()}
    if stated.get(CONTACT) is not None:
        whole[CONTACT] = _contact_in_full(stated[CONTACT], known.get(CONTACT))
    if "extra" in stated:
        before = known.get("extra", {})
        whole["extra"] = {name: _cell_in_full(name, text, before.get(name)) for name, text in stated["extra"].items()}
    return whole


def _contact_in_full(text: str, known: str | None) -> str:
    """Return a contact with the names and numbers hidden in it; where one is not in `known`, `known` stands."""
    for name in _LETTERS.findall(known or ""):
        text = text.replace(_name_hidden(name), name, 1)
    restored = unmasked(text, known)
    return known if known and "*" in restored and "*" not in known else restored


def _cell_in_full(header: str, text: str, known: str | None) -> str:
    if known is not None and personal(header) and text == masked_name(known):
        return known
    return unmasked(text, known)


def unmasked(text: str, known: str | None) -> str:
    """Return `text` with each hidden number written out as it stands in `known`.

    So an export may come back, edited or not, and loses no number. Where a hidden number is not in `known`, nobody
    can say which one is meant, and `known` stands; without any, `text` itself.
    """
    numbers = {found[0] for found in _MOBILE.finditer(known or "")}

    def written_out(hidden: re.Match[str]) -> str:
        fitting = [number for number in numbers if masked(number) == hidden[0]]
        return fitting[0] if len(fitting) == 1 else hidden[0]

    restored = _HIDDEN.sub(written_out, text)
    return known if known and _HIDDEN.search(restored) else restored
