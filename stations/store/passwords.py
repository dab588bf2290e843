"""Passwords as they are kept: argon2id, which cannot be read back."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
"""The library's own choice: argon2id as RFC 9106 advises where memory is short (64 MiB, 3 passes, 4 lanes)."""


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(password)


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
