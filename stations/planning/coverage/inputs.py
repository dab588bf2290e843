"""What answers rest on besides the register: the office's own files, told apart by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from stations.model.errors import StationsError
from stations.model.language import gettext as _
from stations.model.language import listed, mark
from stations.model.settings import Settings
from stations.model.travel import as_mode
from stations.planning.coverage.assess import Question
from stations.planning.register import city_of
from stations.store.networks import found

WORDS = {
    "profile": mark("the profile of the city"),
    "boundary": mark("the outlines of the districts"),
    "demand": mark("the data on people"),
    "demand_layer": mark("the finer layer of people"),
    "demand_datum": mark("the datum of the data on people"),
    "streets": mark("the streets"),
}
"""Every input in the words of a sentence."""


class OtherInputs(StationsError, ValueError):
    """What something was made from, besides the register, is not what is there now. Fields: inputs."""

    template = mark(
        "It was made with other data than is configured now: {inputs}. Configure what was used then, and try again."
    )


def inputs(settings: Settings, question: Question | None) -> dict[str, str]:
    """Return a digest of the content of each file that an answer rests on, and what else decides how it is read.

    Of people and streets only where a question asks for them. Keys are those of `WORDS`; what is not there has none.
    """
    city = city_of(settings)
    bare = replace(city, boundary=None, demand=None, demonstration=None)  # their paths say nothing of what is in them
    files = {"boundary": settings.boundary or city.boundary}
    if question is not None:
        files["demand"] = settings.demand or (city.demand.path if city.demand else None)
        files["demand_layer"] = settings.demand_layer
        if question.reach != "straight":
            files["streets"] = found(settings.database, city.adcode, as_mode(question.reach))
    known = {"profile": hashlib.sha256(repr(bare).encode("utf-8", "backslashreplace")).hexdigest()}
    known |= {name: _content(path) for name, path in files.items() if path is not None and path.exists()}
    if question is not None and settings.demand_datum is not None:
        known["demand_datum"] = settings.demand_datum.value
    return known


def require_inputs(settings: Settings, question: Question | None, then: Mapping[str, str]) -> None:
    """Raise `OtherInputs` unless what an answer rests on is what it was `then`."""
    now = inputs(settings, question)
    other = [_(words) for name, words in WORDS.items() if now.get(name) != then.get(name)]
    if other:
        raise OtherInputs(inputs=listed(other))


def _content(path: Path) -> str:
    """Return the digest of a file, read again when it has changed."""
    about = path.stat()
    return _digest(path, (about.st_mtime_ns, about.st_size, about.st_ino))


@lru_cache(maxsize=32)
def _digest(path: Path, _stamp: tuple[int, int, int]) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
