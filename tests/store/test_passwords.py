"""Passwords as they are kept: never to be read back, dear to try."""

from __future__ import annotations

import pytest
from argon2 import Type, extract_parameters

from stations.store.passwords import fits, hashed


def test_a_password_is_kept_as_argon2id_as_dear_as_the_standard_asks() -> None:
    kept = extract_parameters(hashed("a password"))
    assert kept.type is Type.ID
    assert (kept.memory_cost, kept.time_cost, kept.parallelism) == (65_536, 3, 4)  # RFC 9106, 4, second choice


def test_the_same_password_is_kept_differently_each_time_and_fits_each() -> None:
    kept = {hashed("a password") for _time in range(2)}
    assert len(kept) == 2
    assert all(fits("a password", each) and not fits("another", each) for each in kept)


@pytest.mark.parametrize("kept", [None, "", "no digest", "$argon2id$v=19$m=8"])
def test_nothing_fits_what_is_no_digest(kept: str | None) -> None:
    assert not fits("a password", kept)
