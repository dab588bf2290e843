"""The figures of a text beside the register: what agrees, what conflicts, what cannot be checked, and the rows."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from stations.model.errors import BadChoice, BadFile
from stations.model.settings import Settings
from stations.planning.contract_checks import checked_document
from stations.planning.import_file import prepare
from stations.planning.text_check import (
    MOST_CHARACTERS,
    CheckedText,
    check_table,
    check_text,
    rows_behind,
    summary,
    text_in,
)

SEED = "全市建成并投入使用工会服务驿站98个,其中全国最美站点5个、省级站点6个、市级站点35个"


@pytest.fixture(scope="module")
def huainan(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of an office with the demonstration data of Huainan."""
    settings = Settings(database=str(tmp_path_factory.mktemp("office") / "register.sqlite3"))
    prepare(settings)
    return settings


def verdicts(checked: CheckedText) -> list[str]:
    return [finding.verdict for finding in checked.findings]


def test_the_published_sentence_agrees_and_has_its_rows(huainan: Settings) -> None:
    checked = check_text(huainan, SEED)
    assert verdicts(checked) == ["agrees"] * 4
    assert [finding.counted for finding in checked.findings] == [98, 5, 6, 35]
    for finding in checked.findings:
        assert len(rows_behind(checked, finding)) == finding.counted
    national = rows_behind(checked, checked.findings[1])
    assert set(national["Tier"]) == {"National"}


@pytest.mark.parametrize(
    ("right", "wrong", "at"), [("98个", "89个", 0), ("5个", "4个", 1), ("6个", "9个", 2), ("35个", "36个", 3)]
)
def test_one_changed_digit_is_a_conflict(huainan: Settings, right: str, wrong: str, at: int) -> None:
    checked = check_text(huainan, SEED.replace(f"点{right}", f"点{wrong}").replace(f"站{right}", f"站{wrong}"))
    assert verdicts(checked) == ["conflicts" if number == at else "agrees" for number in range(4)]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("职工阵地1000余家", "agrees"),
        ("职工阵地1100余家", "conflicts"),
        ("职工阵地一千余家", "agrees"),
        ("工会驿站１００个以上", "conflicts"),
        ("工会驿站近100个", "agrees"),
        ("工会驿站约100个", "agrees"),
        ("工会驿站约90个", "conflicts"),
        ("职工书屋其中省级12个", "not checkable"),
        ("覆盖率41.2%", "not checkable"),
        ("惠及职工48万人", "not checkable"),
    ],
)
def test_a_limit_is_compared_as_what_it_says(huainan: Settings, text: str, verdict: str) -> None:
    assert verdicts(check_text(huainan, text)) == [verdict]


def test_places_are_counted_by_division_and_zone(huainan: Settings) -> None:
    checked = check_text(huainan, "田家庵区驿站1个,高新区1个")
    division, zone = (finding.counted for finding in checked.findings)
    assert division is not None
    assert zone is not None
    assert division > zone > 1


def test_what_was_added_is_counted_between_two_days(huainan: Settings) -> None:
    in_2022 = check_text(huainan.having(on=dt.date(2022, 12, 31)), "新增驿站1个")
    assert in_2022.since == dt.date(2021, 12, 31)
    opened = in_2022.held.stations["opened_on"]
    assert in_2022.findings[0].counted == int((opened > "2021-12-31").sum()) > 1
    assert check_text(huainan, "新增驿站0个").findings[0].verdict == "agrees"


def test_a_part_above_its_whole_is_marked(huainan: Settings) -> None:
    (_whole, part) = check_text(huainan, "驿站98个，其中省级100个").findings
    assert (part.verdict, part.too_many) == ("conflicts", True)


def test_parts_that_are_more_than_the_whole_together_are_marked(huainan: Settings) -> None:
    whole, *parts = check_text(huainan, "驿站不足100个，其中全国最美5个、省级6个、普通98个").findings
    assert whole.too_many
    assert not any(part.too_many for part in parts)


def test_places_and_tiers_of_one_whole_are_not_added_up(huainan: Settings) -> None:
    found = check_text(huainan, "驿站98个，其中省级60个、田家庵区60个").findings
    assert not any(finding.too_many for finding in found)


def test_the_table_says_what_each_figure_was_taken_to_count(huainan: Settings) -> None:
    checked = check_text(huainan, "驿站98个，其中省级100个；职工书屋3个；覆盖率41%")
    table = check_table(checked)
    assert list(table["Counted as"][:2]) == ["Huainan · stations", "Huainan · Provincial · stations"]
    assert table["Remark"].iloc[1] == "A part is more than its whole."
    assert "radius" in table["Remark"].iloc[3]
    assert summary(checked).startswith("1 agree with the register of ")


def test_a_text_without_figures_is_told_so(huainan: Settings) -> None:
    checked = check_text(huainan, "一流的驿站")
    assert checked.findings == ()
    assert summary(checked).startswith("No figure was found.")
    assert check_table(checked).empty


def test_what_is_too_long_is_refused_with_the_limit(huainan: Settings) -> None:
    with pytest.raises(BadChoice, match="200,000 characters"):
        check_text(huainan, "驿" * (MOST_CHARACTERS + 1))


def test_the_document_is_json_with_keys(huainan: Settings) -> None:
    document = json.loads(json.dumps(checked_document(check_text(huainan, SEED))))
    assert [figure["counted"] for figure in document["figures"]] == [98, 5, 6, 35]
    assert document["figures"][1] | {"rows": None, "words": None} == {
        "words": None,
        "value": 5.0,
        "bound": "exactly",
        "unit": "个",
        "kind": "station",
        "tier": "national",
        "base_kind": None,
        "place": None,
        "change": None,
        "in_use": True,
        "whole": 0,
        "verdict": "agrees",
        "counted": 5,
        "rows": None,
        "too_many": False,
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_the_encodings_of_an_office(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "review.txt"
    path.write_text(SEED, encoding=encoding)
    assert text_in(path) == SEED


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "review.docx"
    path.write_bytes(b"PK\x03\x04\0\0")
    with pytest.raises(BadFile, match="review"):
        text_in(path)
