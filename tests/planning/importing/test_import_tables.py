"""What an import would do, and what is odd about it, is told in the reader's language and hides what it must."""

from __future__ import annotations

from pathlib import Path

from stations.intake.files.readers import read_table
from stations.model.language import Language
from stations.model.settings import Settings
from stations.planning.importing.check_up import check_up, finding_table
from stations.planning.importing.import_file import import_file, plan_import
from stations.planning.importing.import_tables import (
    doubt_in_words,
    found_in_words,
    imported_in_words,
    part_table,
    plan_in_words,
)
from tests.planning.coverage.test_tables import require_readable
from tests.planning.town import degrees, write_csv

HEADERS = ("编号", "名称", "地址", "经度", "纬度", "坐标系", "开放时间", "电话", "楼层")
LON, LAT = degrees(1.5, 1.5)
PHONE = "13812345678"


def test_every_part_of_a_plan_is_readable(town: Settings, tmp_path: Path, language: Language) -> None:
    first = [("A", "示例甲", "示例路 1 号", LON, LAT, "WGS84", "8点开门", PHONE, "1")]
    import_file(town, write_csv(tmp_path / "one.csv", HEADERS, first), kind="station", datum=None)
    rows = [
        ("A", "示例甲", "示例路 2 号", LON, LAT, "WGS84", "8点开门", "13912345678", "2"),
        ("", "示例乙", "示例路 3 号", LON, LAT, "WGS84", "8点开门", PHONE, "3"),
        ("C", "", "示例路 4 号", LON, LAT, "WGS84", "8点开门", PHONE, "4"),
    ]
    path = write_csv(tmp_path / "two.csv", HEADERS, rows)
    plan = plan_import(town, path, kind="station", datum=None)
    for part in ("added", "changed", "refused"):
        table = part_table(plan, part)
        require_readable(table.replace("", "-"), language)  # a refused row need not have a value
        assert PHONE not in table.to_csv()
    assert len(part_table(plan, "added")) == len(part_table(plan, "refused")) == 1
    assert len(part_table(plan, "changed")) == 3  # the address, the phone, the column that is kept as it is
    assert part_table(plan, "changed").iloc[-1, 1:3].to_list() == ["楼层: 1", "楼层: 2"]
    found = finding_table(check_up(read_table(path), plan))
    require_readable(found.replace("", "-").rename(index={"": "-"}), language)
    assert len(found) > len(plan.findings)  # what is refused is told, too
    assert found.index.to_list().count("") >= 1
    assert PHONE not in found.to_csv()
    for words in (plan_in_words(plan), found_in_words(plan.findings), *map(doubt_in_words, plan.doubts)):
        assert words
        assert "{" not in words


def test_what_is_not_known_of_some_new_records_is_told_in_columns_of_one_type(town: Settings, tmp_path: Path) -> None:
    rows = [("名称", "经度", "纬度", "坐标系"), ("示例甲", LON, LAT, "WGS84"), ("示例乙", "", "", "")]
    table = part_table(
        plan_import(town, write_csv(tmp_path / "two.csv", *rows[:1], rows[1:]), kind="station", datum=None), "added"
    )
    assert [{type(cell) for cell in table[column]} for column in table] == [{str}] * len(table.columns)
    whole = plan_import(town, write_csv(tmp_path / "one.csv", rows[0], rows[1:2]), kind="station", datum=None)
    assert float in {type(cell) for cell in part_table(whole, "added").iloc[0]}


def test_a_plan_is_told_in_one_sentence(town: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", HEADERS[:2], [("A", "示例甲"), ("B", ""), ("C", "示例丙")])
    plan = plan_import(town, path, kind="station", datum=None)
    assert plan_in_words(plan) == "list.csv: 3 rows, of which 2 new, 1 refused."
    assert imported_in_words("list.csv", 2, 0, revision=1) == "Imported from list.csv: 2 new, 0 changed, revision 1."
    assert found_in_words([]) == "Nothing odd was found."
