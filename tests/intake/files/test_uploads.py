"""A list that is handed in is read like any other, and its name is never a path."""

from __future__ import annotations

import pytest

from stations.intake.files.uploads import read_upload
from stations.model.errors import BadFile

LIST = "名称,地址\n示例甲,示例路 1 号\n".encode()


@pytest.mark.parametrize("name", ["名单.csv", "../../etc/passwd", "/dev/null", "CON", "a\nb.xlsx", "x" * 300])
def test_a_list_is_read_whatever_it_is_called(name: str) -> None:
    table = read_upload(LIST, name)
    assert table.file == name
    assert table.cells["名称"].to_list() == ["示例甲"]


def test_what_cannot_be_read_is_told_under_its_own_name() -> None:
    with pytest.raises(BadFile, match=r"名单\.csv"):
        read_upload(b"%PDF-1.7", "名单.csv")
    with pytest.raises(BadFile, match="empty"):
        read_upload(b"", "名单.csv")
