"""Packed archives (zip, and with it XLSX and DOCX) that somebody handed in: judged before anything is unpacked.

Only the directory is read. It cannot lie: no more bytes than it states are ever unpacked, and nothing is written under
a name that it gives. To be called in a child process (`apart`): a directory may be large, too.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from zipfile import BadZipFile, ZipFile, ZipInfo

from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark

MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 512 * 1024**2
MAX_RATIO = 200
MODEST_BYTES = 32 * 1024**2  # what unpacks to no more than this is no bomb, whatever its ratio

_ENCRYPTED = 0x1  # a flag of a member
_HEADER_BYTES = 30  # of a member, before its name
_OUTSIDE = re.compile(r"[\\/]|[A-Za-z]:|(?:.*[\\/])?\.\.(?:[\\/]|\Z)", re.DOTALL)
"""A name that leads out of the folder it would be unpacked to: absolute, with a drive, or through “..”."""


def require_harmless(data: bytes, file: str, *, damaged: BadFile, remedy: str) -> list[str]:
    """Return the names of what an archive holds.

    Raises
    ------
    BadFile
        It would unpack to too much, holds too many files, one in another or two of one name, a link, a file that is
        locked by a password, or a name that leads out of its folder; `damaged` when it is no archive.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            members, start = archive.infolist(), archive.start_dir
    except (BadZipFile, ValueError, NotImplementedError, EOFError):
        raise damaged from None
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES or unpacked > max(MODEST_BYTES, MAX_RATIO * len(data)):
        reason = _("it would unpack to {size} MB, which is more than can be read safely.").format(
            size=unpacked // 1024**2
        )
        raise BadFile(file=file, reason=reason, remedy=remedy)
    if harm := _harm(members, start):
        raise BadFile(file=file, reason=harm, remedy=remedy)
    return [member.filename for member in members]


def _harm(members: Sequence[ZipInfo], start: int) -> str | None:
    """Return what is wrong with the members of an archive whose directory begins at `start`."""
    if len(members) > MAX_MEMBERS:
        return _("it holds {count} files; at most {limit} can be read.").format(count=len(members), limit=MAX_MEMBERS)
    files = [member.filename for member in members if not member.is_dir()]
    wrong = {
        mark("it holds two files of the same name."): len(set(files)) < len(files),
        mark("it holds a link to another file."): any(map(_is_link, members)),
        mark("it holds a file whose name leads out of its folder."): any(map(_OUTSIDE.match, files)),
        mark("it is locked with a password."): any(member.flag_bits & _ENCRYPTED for member in members),
        mark("its files lie one inside the other."): _overlap(members, start),
    }
    return next((reason for reason, holds in wrong.items() if holds), None)


def _is_link(member: ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def _overlap(members: Sequence[ZipInfo], start: int) -> bool:
    inside = sorted(members, key=lambda member: member.header_offset)
    places = pairwise([*(member.header_offset for member in inside), start])
    return any(
        begin + _HEADER_BYTES + len(member.filename) + member.compress_size > after
        for member, (begin, after) in zip(inside, places, strict=True)
    )
