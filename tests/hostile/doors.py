"""What each door of the app does with a file: what it takes from it, in words, and everything it lets in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from stations.intake.files.photos import read_photo
from stations.intake.lists.demand import read_demand
from stations.intake.lists.exclusions import read_exclusions
from stations.intake.lists.hosts import read_hosts
from stations.intake.street_files.streets import read_streets
from stations.model.boundaries import read_boundary
from stations.model.schema import dump
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.output.report.paper import Content, paper_apart
from stations.planning.importing.import_file import import_file, plan_import, plan_table
from stations.planning.importing.import_file import uploaded as uploaded_list
from stations.planning.maps.snapshots import traced
from stations.planning.publishing.export import export_file
from stations.planning.reporting.text_check import uploaded
from stations.store.backup import checked
from tests.hostile.corpus import Door

RUN = ("=", "+", "-", "@", "\t", "\r")
"""With what a text begins that a spreadsheet runs."""
EXTENT = (116.3, 32.0, 117.3, 33.0)
"""Huainan, roughly: west, south, east, north."""


class Taken(NamedTuple):
    """What came of a file that was not refused: in words, and all that it lets in."""

    words: str
    all: str


def _counted(count: int, rejected: list[str], findings: int = 0) -> str:
    words = f"{count} taken"
    if rejected:
        words += f", {len(rejected)} refused: {rejected[0]}"
    return words + (f" ({findings} findings)" if findings else "")


def a_list(settings: Settings, path: Path, name: str) -> Taken:
    how: Any = {"kind": "station", "datum": Datum.WGS84}
    if name == path.name:  # by a command
        plan = plan_import(settings, path, **how)
    else:  # on the page, where no file has a path
        plan = plan_table(settings, uploaded_list(path.read_bytes(), name), **how)
    rejected = [f"row {each.row}: {each.reason}" for each in plan.rejected]
    everything = [*(dump(record) for record in plan.added), *rejected, *plan.findings]
    return Taken(_counted(len(plan.added), rejected, len(plan.findings)), repr(everything))


def demand(_settings: Settings, path: Path, _name: str) -> Taken:
    found = read_demand(path, datum=Datum.WGS84, extent=EXTENT)
    rejected = [f"row {each.row}: {each.reason}" for each in found.rejected]
    return Taken(_counted(len(found.points), rejected), repr(found.points.to_csv()) + repr(rejected))


def outlines(_settings: Settings, path: Path, _name: str) -> Taken:
    areas = read_boundary(path)
    return Taken(f"{len(areas)} taken: {', '.join(areas['name'])}", areas.to_csv())


def hosts(_settings: Settings, path: Path, _name: str) -> Taken:
    found = read_hosts(path, datum=Datum.WGS84)
    rejected = [f"row {each.row}: {each.reason}" for each in found.rejected]
    return Taken(_counted(len(found.places), rejected), repr(found.places.to_csv()) + repr(rejected))


def exclusions(_settings: Settings, path: Path, _name: str) -> Taken:
    areas = read_exclusions(path)
    return Taken(f"{len(areas.geoms)} areas taken", areas.wkt)


def streets(_settings: Settings, path: Path, _name: str) -> Taken:
    found = read_streets(path, modes=["walk"], within=EXTENT)["walk"]
    return Taken(f"{len(found.start)} pieces of street taken", repr(found))


def photo(_settings: Settings, path: Path, name: str) -> Taken:
    made = read_photo(path.read_bytes(), name)
    return Taken(f"taken, made anew with {made.width} x {made.height} pixels", made.content.decode("latin-1"))


def text(_settings: Settings, path: Path, name: str) -> Taken:
    found = uploaded(path.read_bytes(), name)
    return Taken(f"{len(found):,} characters taken", found)


def template(_settings: Settings, path: Path, name: str) -> Taken:
    words = {"title": "Report", "method": ["one", "two", "three", "four"], "tables": {}, "figures": {}, "notes": {}}
    content = Content(words, {"title": "Report"}, "{}", "Report", "en")
    made = paper_apart(path.read_bytes(), content, name=name)
    return Taken("taken", made.page.decode() + made.docx.decode("latin-1"))


def verify(_settings: Settings, path: Path, name: str) -> Taken:
    return Taken("taken", repr(traced(path.read_bytes(), name=name)))


def backup(_settings: Settings, path: Path, _name: str) -> Taken:
    return Taken(f"taken: revision {checked(path)}", "")


def export(settings: Settings, path: Path, _name: str) -> Taken:
    """Import a list into a register of its own, hand it out, and look for what a spreadsheet would run."""
    how: Any = {"kind": "station", "datum": Datum.WGS84}
    with tempfile.TemporaryDirectory() as folder:
        own = replace(settings, database=str(Path(folder, "register.sqlite3")))
        count = len(import_file(own, path, **how).plan.added)
        for name, read in (("export.csv", pd.read_csv), ("export.xlsx", pd.read_excel)):
            file = Path(folder, name)
            export_file(own, "stations", file)
            table = read(file, dtype=str, keep_default_na=False)
            texts = [*table.columns, *table.to_numpy().ravel()]
            if [text for text in texts if text.startswith(RUN)] or plan_import(own, file, **how).unchanged != count:
                raise AssertionError(texts)
    return Taken(f"{count} taken, handed out in CSV and XLSX as text, and read back the same", "")


DOORS: Mapping[Door, Callable[[Settings, Path, str], Taken]] = {
    "list": a_list,
    "export": export,
    "demand": demand,
    "outlines": outlines,
    "hosts": hosts,
    "exclusions": exclusions,
    "streets": streets,
    "photo": photo,
    "text": text,
    "template": template,
    "verify": verify,
    "backup": backup,
}
NAMES: Mapping[Door, str] = {
    "list": "List of stations (import)",
    "export": "List of stations that is imported, then exported",
    "demand": "People (demand)",
    "outlines": "Outlines of districts",
    "hosts": "List of premises that could host a station",
    "exclusions": "Land where nothing is built",
    "streets": "Street network",
    "photo": "Photo",
    "text": "Text whose figures are checked",
    "template": "Word template of the report",
    "verify": "File to be verified or drawn again",
    "backup": "Backup to be restored",
}
