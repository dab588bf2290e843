"""The hostile files: what one is, where it is handed in, and how the others are registered."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

Door = Literal[
    "list",
    "export",
    "demand",
    "outlines",
    "hosts",
    "exclusions",
    "streets",
    "photo",
    "text",
    "template",
    "verify",
    "backup",
]
"""Where files come in: what `tests.hostile.doors` does with each."""

SECRET = "the-secret-of-this-server"
"""What stands in the canary, a file beside the corpus that no case may bring in."""


@dataclass(frozen=True)
class Given:
    """What a case is made with: a folder of its own, a file of the server, and the address of a listener on it."""

    folder: Path
    canary: Path
    address: str

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file into the folder of the case, and return where it is."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path


Made = Callable[[Given], Path]


@dataclass(frozen=True)
class Case:
    """One hostile file: a name, what it is, where it is handed in, and the name that an upload has there."""

    name: str
    what: str
    door: Door
    make: Made
    upload: str | None = None


CASES: dict[str, Case] = {}


def case(door: Door, name: str, what: str, make: Made, *, upload: str | None = None) -> None:
    """Register a case."""
    if name in CASES:
        raise ValueError(name)
    CASES[name] = Case(name, what, door, make, upload)


def file(name: str, content: str | bytes) -> Made:
    """Return what makes a file whose content is known beforehand."""
    return lambda given: given.put(name, content)


# ---- packed archives, as nobody's tool makes them

Member = tuple[str, str | bytes]


def zipped(members: Iterable[Member], *, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", packed) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_member(data: bytes, name: str, content: str | bytes) -> bytes:
    """Return an archive in which a member has other content, or one more member."""
    return zipped({**members(data), name: content}.items())


def with_link(data: bytes, name: str, to: str) -> bytes:
    made = BytesIO(data)
    with zipfile.ZipFile(made, "a") as archive:
        link = zipfile.ZipInfo(name)
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, to)
    return made.getvalue()


def locked(data: bytes) -> bytes:
    """Return an archive whose members say that they are encrypted."""
    made = bytearray(data)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = made.find(sign)
        while found >= 0:
            made[found + at] |= 1
            found = made.find(sign, found + 4)
    return bytes(made)


def overlapping(data: bytes) -> bytes:
    """Return an archive whose directory names its first member's data a hundred times, under other names."""
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        first = archive.infolist()[0]
    length = 46 + len(first.filename.encode()) + len(first.extra)
    entry = data[start : start + length]
    entries = [
        entry[:28] + len(name).to_bytes(2, "little") + b"\0\0" + entry[32:46] + name
        for name in (f"{number:03d}.xml".encode() for number in range(100))
    ]
    directory = data[start:end] + b"".join(entries)
    count = (data[end + 10] | data[end + 11] << 8) + 100
    tail = b"PK\x05\x06\0\0\0\0" + 2 * count.to_bytes(2, "little")
    return (
        data[:start] + directory + tail + len(directory).to_bytes(4, "little") + start.to_bytes(4, "little") + b"\0\0"
    )


def entities(kind: str = "lol") -> str:
    """Return a document type that says a billion words in ten lines."""
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY e0 "{kind}">{lines}]>'


def outside(address: str) -> str:
    """Return a document type with an entity that stands at an address."""
    return f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address}">]>'


def nested(opened: str, closed: str, depth: int = 100_000) -> str:
    return opened * depth + closed * depth


def fifo(given: Given) -> Path:
    path = given.folder / "list.csv"
    os.mkfifo(path)
    return path


def linked(to: str, name: str = "list.csv") -> Made:
    def make(given: Given) -> Path:
        path = given.folder / name
        path.symlink_to(to)
        return path

    return make
