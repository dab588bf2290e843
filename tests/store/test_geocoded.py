"""Answers of a geocoder outlive the run that asked for them, whatever cuts it short."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from stations.model.errors import NotWritten
from stations.store.geocoded import Answers


def whole(found: Any) -> int:
    if not isinstance(found, int):
        raise ValueError
    return found


def answers(folder: Path, service: str = "amap") -> Answers[int]:
    return Answers(str(folder / "register.sqlite3"), service, whole)


def test_an_answer_is_there_for_the_next_run_and_for_no_other_service(tmp_path: Path) -> None:
    answers(tmp_path).keep("示例路 1 号", 7, at="2026-01-01")
    assert answers(tmp_path)["示例路 1 号"] == 7
    assert "示例路 1 号" not in answers(tmp_path, "baidu")


def test_half_a_line_is_not_read_and_spoils_no_later_one(tmp_path: Path) -> None:
    kept = answers(tmp_path)
    kept.keep("甲", 1, at="2026-01-01")
    with kept.path.open("ab") as file:
        file.write(b'{"question": "\xe4\xb9')
    answers(tmp_path).keep("丙", 3, at="2026-01-01")
    again = answers(tmp_path)
    assert ("甲" in again, "乙" in again, again["丙"]) == (True, False, 3)


@pytest.mark.parametrize("line", [b"[]", b"7", b'{"question": 1}', b'{"question": "x", "found": "y"}', b"[" * 99_999])
def test_what_is_no_answer_is_asked_again(tmp_path: Path, line: bytes) -> None:
    kept = answers(tmp_path)
    kept.path.parent.mkdir(parents=True)
    kept.path.write_bytes(line + b"\n")
    assert "x" not in answers(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
def test_the_answers_are_for_their_owner_alone(tmp_path: Path) -> None:
    kept = answers(tmp_path)
    kept.keep("甲", 1, at="2026-01-01")
    assert kept.path.stat().st_mode & 0o077 == 0


def test_answers_that_cannot_be_kept_are_told(tmp_path: Path) -> None:
    (tmp_path / "geocoded").write_text("in the way", "utf-8")
    with pytest.raises(NotWritten):
        answers(tmp_path).keep("甲", 1, at="2026-01-01")
