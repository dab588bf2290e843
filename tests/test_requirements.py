"""The requirements that people read and the locks that machines install say the same."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import stations

ROOT = Path(__file__).parents[1]
LOCKS = {"requirements.txt": "requirements.lock", "requirements-dev.txt": "requirements-dev.lock"}


def canonical(name: str) -> str:
    """Return `name` as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def lines(name: str) -> list[str]:
    return (ROOT / name).read_text("utf-8").splitlines()


def direct_pins(name: str) -> dict[str, str]:
    """Return package → version of a requirements file and of those it includes; fail on anything unpinned."""
    pins: dict[str, str] = {}
    for line in lines(name):
        wish = line.partition("#")[0].strip()
        if included := re.fullmatch(r"-r (\S+)", wish):
            pins |= direct_pins(included[1])
        elif wish:
            pin = re.fullmatch(r"([\w.-]+)==([\w.+!-]+)", wish)
            assert pin, f"{name}: {wish} is not pinned to one version"
            pins[canonical(pin[1])] = pin[2]
    return pins


def locked_versions(name: str) -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for line in lines(name):
        if pin := re.match(r"([A-Za-z0-9._-]+)==([^ ;]+)", line):
            versions.setdefault(canonical(pin[1]), set()).add(pin[2])
    return versions


def outside_imports() -> set[str]:
    """Return the top-level packages that the product imports and that Python does not bring."""
    names: set[str] = set()
    for path in [*ROOT.glob("*.py"), *(ROOT / "stations").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names - {"geodata", "stations"}


@pytest.mark.parametrize(("wishes", "lock"), LOCKS.items())
def test_every_direct_pin_is_in_its_lock_at_that_version(wishes: str, lock: str) -> None:
    locked = locked_versions(lock)
    assert {name: {version} for name, version in direct_pins(wishes).items()} == {
        name: locked.get(name) for name in direct_pins(wishes)
    }


def test_tests_run_on_the_versions_that_users_install() -> None:
    installed, tested = locked_versions("requirements.lock"), locked_versions("requirements-dev.lock")
    assert installed == {name: tested.get(name) for name in installed}


@pytest.mark.parametrize("lock", LOCKS.values())
def test_every_locked_package_has_a_hash_and_no_line_names_a_host(lock: str) -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", "\n".join(lines(lock)))
    assert [entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []
    assert [line for line in lines(lock) if re.search(r"://|^-|--(extra-)?index|--find-links", line)] == []


@pytest.mark.parametrize("wishes", LOCKS)
def test_every_direct_pin_gives_its_reason(wishes: str) -> None:
    assert [line for line in lines(wishes) if "==" in line and not re.search(r" # \S", line)] == []


def test_what_the_code_imports_is_a_direct_requirement() -> None:
    owners = packages_distributions()
    pins = direct_pins("requirements.txt")
    unlisted = {
        module for module in outside_imports() if not any(canonical(owner) in pins for owner in owners.get(module, []))
    }
    assert unlisted == set()


def test_the_project_file_and_the_package_name_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == stations.__version__
