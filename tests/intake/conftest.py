"""What the intake tests share: files as people hand them in, and both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stations.intake.files.readers import read_table
from stations.intake.lists.records import Batch, read_records
from stations.model.schema import Kind
from stations.model.vocabulary import Datum

FileOf = Callable[..., Path]
BatchOf = Callable[..., Batch]


@pytest.fixture(autouse=True)
def spoken(english: None) -> None:
    """Speak English, so that a test can name the words it expects."""


@pytest.fixture
def file_of(tmp_path: Path) -> FileOf:
    """Return a maker of files: content (text or bytes), name, encoding."""

    def write(content: str | bytes, *, name: str = "list.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def batch_of(file_of: FileOf) -> BatchOf:
    """Return a maker of batches from the text of a file."""

    def read(content: str | bytes, *, kind: Kind = "station", datum: Datum | None = None, **how: Any) -> Batch:
        return read_records(read_table(file_of(content, **how)), kind, datum=datum)

    return read
