"""Passwords: which are easily guessed, and how they are kept: as argon2id, which cannot be read back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
"""The library's own choice: argon2id as RFC 9106 advises where memory is short (64 MiB, 3 passes, 4 lanes)."""


_LONGEST = 72
"""Characters that are looked at: more than that takes long, and says no more."""
_ENOUGH = 3
"""Of 4: a hundred million guesses. The door lets nobody try as often."""
_WORDS = (
    *("gonghui", "zonggonghui", "zgh", "yizhan", "gonghuiyizhan", "zhandian", "zhendi", "zhigong", "zhijia"),
    *("laodongzhe", "huwai", "fuwu", "laomo", "zhuxi", "bangong", "bangongshi", "guanliyuan", "mima", "zhongguo"),
    *("nihao", "huanying", "woaini", "woai", "aini", "1314", "520", "5201314", "666", "888"),
    *("station", "union", "atlas"),
)
"""Words of this field, and of what people here write for luck and love; none is in the library's own lists."""


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(password)


def easily_guessed(password: str, *, about: Sequence[str]) -> bool:
    """Return whether a hundred million guesses find a password; `about` are words of its owner, place and time."""
    from zxcvbn import zxcvbn  # here: its words take a while to read

    return int(zxcvbn(password[:_LONGEST], user_inputs=[*about, *_WORDS])["score"]) < _ENOUGH


def fits(password: str, kept: str | None) -> bool:
    """Return whether a password is the one behind `kept`; it takes as long where nothing is kept."""
    try:
        _HASHER.verify(kept or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@cache
def _nobodys() -> str:
    return hashed(secrets.token_urlsafe())
