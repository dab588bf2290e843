"""One folder with a report for every county-level union; what is finished already is not made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from stations.model.city import CountyUnion
from stations.model.errors import writing
from stations.model.files import write_whole
from stations.model.settings import Settings
from stations.planning.register import city_of
from stations.planning.reporting.report import Order, handed_out, lead, made, parameters, report_of

MANIFEST = "manifest.json"
_NOT_IN_A_NAME = '<>:"/\\|?*'


class Folder(NamedTuple):
    """A folder of a union: its code, where it is, and whether it was made now or was there already."""

    union: str
    path: Path
    made: bool


def every_union(
    settings: Settings,
    folder: Path,
    wish: Order,
    *,
    own: tuple[bytes, str] | None = None,
    told: Callable[[int, int, str], None] = lambda _number, _total, _name: None,
) -> Iterator[Folder]:
    """Write a folder for each union of the city into `folder`, and yield each as it is done.

    The manifest is written last: a folder whose manifest says how this report is made, and whose files are as it says,
    is finished and is left alone.

    Parameters
    ----------
    settings, folder, wish
        Whose register, where to, and what about (its union is not looked at).
    own
        The office's own template and its name.
    told
        Is called before each union with its number (from 0), how many there are, and its name.

    Raises
    ------
    NotAllowed, BadFile, NotWritten
        As `report.made`, or a folder cannot be written.
    """
    unions = city_of(settings).unions
    template = hashlib.sha256(own[0]).hexdigest() if own else ""
    for number, union in enumerate(unions):
        told(number, len(unions), union.label(settings.language))
        yield _one(settings, folder / _name(union), replace(wish, union=union.code), own=own, template=template)


def _one(settings: Settings, folder: Path, wish: Order, *, own: tuple[bytes, str] | None, template: str) -> Folder:
    report = report_of(settings, wish)
    told = {"template": template, "lead": lead(report)}  # its figures change with the population data, too
    asked = {**parameters(settings, wish, report), **told}
    union = str(wish.union)
    if finished(folder, asked):
        return Folder(union, folder, made=False)
    files = made(settings, wish, own=own)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)  # until all is written anew, nothing here is finished
    for name, content in files.items():
        write_whole(folder / name, content)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = json.dumps({"parameters": asked, "files": sums}, ensure_ascii=False, indent=1)
    write_whole(folder / MANIFEST, manifest.encode())
    handed_out(settings, folder.name)
    return Folder(union, folder, made=True)


def finished(folder: Path, asked: dict[str, Any]) -> bool:
    """Return whether a folder holds the report that is asked for, every file as its manifest says."""
    try:
        said = json.loads((folder / MANIFEST).read_bytes())
        return said["parameters"] == asked and all(
            hashlib.sha256((folder / Path(name).name).read_bytes()).hexdigest() == digest
            for name, digest in said["files"].items()
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def _name(union: CountyUnion) -> str:
    """Return the name of a union's folder: its code and its name, without what a file system refuses."""
    safe = "".join(" " if letter in _NOT_IN_A_NAME or not letter.isprintable() else letter for letter in union.name)
    return f"{union.code} {' '.join(safe.split())[:40]}".rstrip(". ")
