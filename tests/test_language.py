"""Every message in the code has its Chinese words, and the catalogue holds nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

STATIONS = Path(__file__).parents[1] / "stations"
CATALOGUE = STATIONS / "locale" / "zh_CN" / "LC_MESSAGES" / "stations.po"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")

Id = str | tuple[str, ...]


def messages_in(folder: Path) -> dict[Id, str]:
    """Return each message of the Python files in `folder` with the place where it stands first."""
    found: dict[Id, str] = {}
    calls = extract_from_dir(folder, method_map=[("**.py", "python")], keywords=KEYWORDS)
    for name, line, words, *_ in calls:
        found.setdefault(words, f"{name}:{line}")
    return found


def forms(words: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return a message's singular and plural, or its one form alone."""
    return (words or "",) if words is None or isinstance(words, str) else tuple(words)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def faults_of(message: Message) -> list[str]:
    """Return what is wrong with one entry of the catalogue."""
    asked, given = forms(message.id), forms(message.string)
    if message.fuzzy:
        return ["is marked fuzzy"]
    if not all(given):
        return ["has no translation"]
    faults = []
    if any(placeholders(text) != placeholders(asked[-1]) for text in given):
        faults.append("has other placeholders than the English")
    if any(mark in text for text in given for mark in "!！"):
        faults.append("raises its voice: no exclamation marks")
    return faults


def faults_in(catalogue: Catalog, messages: dict[Id, str]) -> list[str]:
    """Return every way in which `catalogue` and the code's `messages` disagree."""
    entries = {message.id: message for message in catalogue if message.id}
    faults = [f"{messages[words]}: not in the catalogue: {words!r}" for words in messages.keys() - entries]
    faults += [f"{messages[words]}: is not English: {words!r}" for words in messages if is_chinese(words)]
    faults += [f"not in the code: {words!r}" for words in entries.keys() - messages]
    faults += [f"kept though obsolete: {words!r}" for words in catalogue.obsolete]
    faults += [f"{words!r} {fault}" for words, entry in entries.items() for fault in faults_of(entry)]
    return sorted(faults)


def is_chinese(words: Id) -> bool:
    return any(CHINESE.search(text) for text in forms(words))


def parsed(text: str) -> Catalog:
    return read_po(BytesIO(text.encode()), locale="zh_CN")


def entry(message: str, translation: str, *, before: str = "") -> str:
    return f'{before}msgid "{message}"\nmsgstr "{translation}"\n'


GOOD = entry("Save {name}", "保存{name}")


def test_the_chinese_catalogue_says_everything_and_nothing_else() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    faults = faults_in(catalogue, messages_in(STATIONS))
    assert not faults, "\n".join(["`make messages` brings the catalogue in step:", *faults])


def test_no_message_stands_inside_an_f_string() -> None:
    """There they would be found by some versions of Python and passed over by others."""
    hidden = [
        f"{path.relative_to(STATIONS)}:{call.lineno}"
        for path in sorted(STATIONS.rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
    ]
    assert not hidden


def test_messages_are_found_however_they_are_named(tmp_path: Path) -> None:
    calls = [
        '_("one")',
        'mark("two")',
        'gettext("three")',
        'ngettext("{n} gap", "{n} gaps", n)',
        'other("four")',
    ]
    (tmp_path / "page.py").write_text("\n".join(calls), "utf-8")
    assert list(messages_in(tmp_path)) == ["one", "two", "three", ("{n} gap", "{n} gaps")]


def test_a_catalogue_in_step_has_no_faults() -> None:
    plural = 'msgid "{n} gap"\nmsgid_plural "{n} gaps"\nmsgstr[0] "{n} 个缺口"\n'
    catalogue = parsed(f"{GOOD}\n{plural}")
    assert faults_in(catalogue, {"Save {name}": "a.py:1", ("{n} gap", "{n} gaps"): "a.py:2"}) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "not in the catalogue"),
        (entry("Save {name}", ""), "has no translation"),
        (entry("Save {name}", "保存{name}", before="#, fuzzy\n"), "is marked fuzzy"),
        (entry("Save {name}", "保存{nmae}"), "has other placeholders"),
        (entry("Save {name}", "保存{name}！"), "no exclamation marks"),
        (f"{GOOD}\n{entry('Gone', '没有了')}", "not in the code"),
        (f'{GOOD}\n#~ msgid "Gone"\n#~ msgstr "没有了"\n', "kept though obsolete"),
    ],
)
def test_each_kind_of_disagreement_is_told(text: str, fault: str) -> None:
    (told,) = faults_in(parsed(text), {"Save {name}": "a.py:1"})
    assert fault in told


def test_a_message_written_in_chinese_is_told() -> None:
    (told,) = faults_in(parsed(entry("保存", "保存")), {"保存": "a.py:1"})
    assert "is not English" in told
