"""Personal data in records: what is shown to everybody, and what is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from stations.model.vocabulary import folded

# Eleven digits, 13… to 19…: also full-width, in any groups (138 1234 5678, 138 - 1234 - 5678, 1-381-234-5678), with
# what nobody sees in between, or right after the country's code (+86).
_ZERO = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_SPACE = rf"[\s{_ZERO}]{{0,2}}"
_GAP = rf"[\s{_ZERO}‐-―−－—~～/()（）.．_·-]{{0,3}}"
_FIRST, _SECOND = "[1１]", "[3-9３-９]"
_FOUR = rf"\d(?:{_GAP}\d){{3}}"
_AFTER_NO_DIGIT = r"(?:(?<!\d.)|(?<=(?<!\d)86.)|(?<=(?<!\d)0086.))"  # looked at from behind the first digit
_BY_FOURS = rf"{_SPACE}{_SECOND}{_SPACE}\d{_GAP}"
_BY_THREES = rf"{_GAP}{_SECOND}\d"
_END = rf"({_GAP}{_FOUR})(?!\d)"
_MOBILE = re.compile(
    rf"({_FIRST}{_AFTER_NO_DIGIT}"
    rf"(?:{_BY_FOURS}|{_BY_THREES}(?=\d(?!\d){_GAP}\d{{3}}(?!\d){_GAP}\d{{4}}))){_FOUR}{_END}",
    re.DOTALL,
)
_BEGUN = re.compile(rf"{_FIRST}{_GAP}{_SECOND}")  # in every mobile number, in few other texts, and found much faster
_HIDDEN = re.compile(rf"({_FIRST}{_AFTER_NO_DIGIT}(?:{_BY_FOURS}|{_BY_THREES}))\*{{4}}{_END}", re.DOTALL)


CONTACT = "contact_phone"


def holds_mobile(text: str | None) -> bool:
    """Return whether `text` holds a personal mobile number (11 digits, 13… to 19…)."""
    return bool(text and _MOBILE.search(text))


def any_begins_a_mobile(texts: Iterable[str | None]) -> bool:
    """Return whether any of `texts` may hold a mobile number: without it, `masked` changes none of them."""
    return bool(_BEGUN.search("\0".join(filter(None, texts))))


def masked(text: str | None) -> str | None:
    """Return `text` with the middle of each personal mobile number hidden; landlines stay as they are."""
    return _masked_short(text) if text and len(text) <= _SHORT else _masked(text)


def _masked(text: str | None) -> str | None:
    return _MOBILE.sub(r"\1****\2", text) if text and _BEGUN.search(text) else text


_SHORT = 200
_masked_short = lru_cache(maxsize=2**16)(_masked)
"""The register of one day says mostly what that of another said; long texts are few, and not worth their room."""


@cache
def personal(header: str) -> bool:
    """Return whether a column of a list, by its header, holds the name of a person."""
    plain = folded(header)
    return plain in _PERSONS or any(word in plain for word in _PERSON_WORDS)


@cache
def _identity(header: str) -> bool:
    """Return whether a column of a list, by its header, holds what an identity card says."""
    return any(word in folded(header) for word in ("身份证", "证件号", "idcard", "idnumber"))


_PERSONS = {"contact", "contactperson", "contactname", "manager", "managername", "person", "personincharge"}
_PERSON_WORDS = (
    *("姓名", "联系人", "联络人", "联络员", "负责人", "负责同志", "责任人", "法定代表人", "管理员", "管理人员"),
    *("经办人", "填报人", "值班员", "值班人员", "站长", "驿长", "店长", "户主", "微信号"),
)


def masked_name(name: str) -> str:
    """Return the name of a person with all but its first letter hidden."""
    return name[:1] + "*" * len(name[1:])


def masked_contact(text: str | None) -> str | None:
    """Return what stands in the field for a phone as everybody sees it: numbers as `masked`, and no name of a person.

    Nobody can tell a name from another word for certain: all letters are hidden but for words an office is called by.
    """
    return masked(_LETTERS.sub(lambda found: _name_hidden(found[0]), text)) if text else text


def _name_hidden(words: str) -> str:
    office = _OFFICE.match(words)
    name = words[office.end() :] if office else words
    first = next((at for at, letter in enumerate(name) if letter.isalpha()), 0)
    return words[: len(words) - len(name) + first] + masked_name(name[first:])


_LETTER = r"[^\W\d_]"
_APART = rf"[ \u3000·•.{_ZERO}]{{1,3}}"
_LETTERS = re.compile(rf"{_LETTER}+(?:{_APART}(?![或转和]){_LETTER}(?!{_LETTER}))*")  # 张三, and 张 三
_OFFICE = re.compile(
    "(?:办公室|办公|值班室|值班|联系|固定|座机|手机|总机|分机|热线|传真|前台|服务台|电话|号码|或|转|和"
    rf"|tel|telephone|phone|mobile|ext|extension|fax|office|hotline|or)+(?!{_LETTER})",
    re.IGNORECASE,
)


def masked_cell(header: str, text: str) -> str:
    """Return the cell of a column that is no field of a record as it is shown to everybody."""
    if _identity(header):
        return "*" * len(text)
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
    if known is not None and (personal(header) or _identity(header)) and text == masked_cell(header, known):
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
