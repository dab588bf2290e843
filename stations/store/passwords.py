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
_ENOUGH = 2
"""Of 4: a million guesses. The door lets nobody try as often."""


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(password)


def easily_guessed(password: str, *, about: Sequence[str]) -> bool:
    """Return whether fewer than some million guesses find a password; `about` are words that belong to its owner."""
    from zxcvbn import zxcvbn  # here: its words take a while to read

    return int(zxcvbn(password[:_LONGEST], user_inputs=list(about))["score"]) < _ENOUGH


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
