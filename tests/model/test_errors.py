"""Everything that can go wrong says what, where and what to do, in the language of the reader."""

from __future__ import annotations

import ast
import importlib
import pickle
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import stations
from stations.model import errors
from stations.model.errors import BadChoice, BadFile, BudgetTooSmall, NotWritten, StationsError, writing
from stations.model.language import Language, mark, use_language

SOURCES = sorted(Path(stations.__file__).parent.rglob("*.py"))


def subclasses(error: type[StationsError]) -> Iterator[type[StationsError]]:
    for child in error.__subclasses__():
        yield child
        yield from subclasses(child)


def every_error() -> list[type[StationsError]]:
    for module in pkgutil.walk_packages(stations.__path__, "stations."):
        if not module.name.endswith("__main__") and ".app" not in module.name:
            importlib.import_module(module.name)
    own = {error for error in subclasses(StationsError) if error.__module__.startswith("stations.")}
    return sorted(own, key=lambda error: error.__name__)


ERRORS = every_error()


def asked(error: type[StationsError]) -> set[str]:
    """Return the fields that the sentence of an error needs."""
    return {name for _text, name, _form, _conversion in Formatter().parse(error.template) if name}


def drawn_tree() -> dict[str, list[str]]:
    """Return the classes that the module's docstring draws below the root, each with its bases."""
    above, bases = ["StationsError"], {}
    for bars, name, builtin in re.findall(
        r"^    ((?:│   )*)[├└]── (\w+)(?: \((\w+)\))?", str(errors.__doc__), re.MULTILINE
    ):
        del above[1 + len(bars) // 4 :]
        bases[name] = [above[-1], *([builtin] if builtin else [])]
        above.append(name)
    return bases


def test_the_tree_in_the_docstring_shows_every_class_as_it_is() -> None:
    assert {error.__name__: [base.__name__ for base in error.__bases__] for error in ERRORS} == drawn_tree()


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_has_a_sentence_of_its_own_and_a_docstring_that_names_its_fields(
    error: type[StationsError],
) -> None:
    assert "template" in vars(error)
    listed = re.findall(r"Fields: ([\w, ]+)\.", str(error.__doc__))
    assert {name for names in listed for name in names.split(", ")} == asked(error)


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_speaks_and_leaves_no_field_open(error: type[StationsError], language: Language) -> None:
    words = str(error(**{name: f"‹{name}›" for name in asked(error)}))
    assert all(f"‹{name}›" in words for name in asked(error))
    assert not re.search(r"\{\w*\}", words)


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_can_be_handed_to_another_process(error: type[StationsError]) -> None:
    raised = error(**{name: name for name in asked(error)})
    again = pickle.loads(pickle.dumps(raised))
    assert type(again) is error
    assert (again.fields, str(again)) == (raised.fields, str(raised))


def test_an_error_speaks_the_language_of_its_reader() -> None:
    use_language("zh_CN")
    error = BadChoice(what=mark("Datum"), value="WGS72", offered="WGS84")
    use_language("en")
    assert str(error).startswith("Datum: “WGS72”")


def test_words_of_a_user_are_never_taken_for_a_template() -> None:
    use_language("en")
    assert "{0}{x!r}" in str(BadFile(file="{0}{x!r}", reason="{reason}", remedy=""))


def raised_with(source: Path) -> Iterator[tuple[str, str, set[str]]]:
    """Yield place, class and keywords of every error that a module makes."""
    known = {error.__name__ for error in ERRORS}
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            keywords = {keyword.arg for keyword in node.keywords}
            if None not in keywords:  # ** says nothing here
                yield f"{source.name}:{node.lineno}", node.func.id, {str(keyword) for keyword in keywords}


def test_every_error_in_the_code_is_given_all_its_fields() -> None:
    needed = {error.__name__: asked(error) for error in ERRORS}
    calls = [call for source in SOURCES for call in raised_with(source)]
    assert {name for _place, name, _fields in calls} > {"BadFile", "BadChoice", "UnknownRecord"}
    assert [(place, needed[name] - given) for place, name, given in calls if needed[name] - given] == []


# --- writing --------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["missing/folder/x.csv", "."])
def test_a_file_that_cannot_be_written_is_named_with_the_reason(tmp_path: Path, place: str, language: Language) -> None:
    with pytest.raises(NotWritten) as refusal, writing(tmp_path / place):
        (tmp_path / place).write_text("x")
    assert str(tmp_path / place) in str(refusal.value)
    assert isinstance(refusal.value.__cause__, OSError)


def test_the_words_of_a_library_are_better_than_none(tmp_path: Path) -> None:
    with pytest.raises(NotWritten) as refusal, writing(tmp_path):
        raise OSError("Cannot save file into a non-existent directory")
    assert refusal.value.fields["reason"] == "Cannot save file into a non-existent directory"


def test_an_error_that_already_speaks_is_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(NotWritten) as refusal, writing(tmp_path):
        raise NotWritten(file="another", reason="full")
    assert refusal.value.fields == {"file": "another", "reason": "full"}


def test_what_is_no_refusal_of_the_system_passes_through(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1_234_560.0, "1,234,560"),
        (123_456_789_012.0, "123,456,789,012"),
        (1_234_567.89, "1,234,567.89"),
        (0.1 + 0.2, "0.3"),
        (2.0, "2"),
        (0.0, "0"),
        (0.00001, "0.00001"),
        (66.6666, "66.6666"),
        (float("inf"), "inf"),
    ],
)
def test_a_number_is_told_so_that_it_can_be_asked_with(value: float, told: str) -> None:
    use_language("en")
    assert f"costs {told}. Ask" in str(BudgetTooSmall(budget=1, cheapest=value))
