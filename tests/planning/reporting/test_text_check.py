"""The figures of a text beside the register: what agrees, what conflicts, what cannot be checked, and the rows."""

from __future__ import annotations

import datetime as dt
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stations.model.errors import BadChoice
from stations.model.settings import Settings
from stations.planning.coverage.assess import Question
from stations.planning.importing.import_file import prepare
from stations.planning.publishing.contract_checks import checked_document
from stations.planning.questions import today
from stations.planning.reporting import report as planned
from stations.planning.reporting.text_check import (
    MOST_CHARACTERS,
    MOST_DAYS,
    CheckedText,
    check_text,
    text_in,
    uploaded,
)
from stations.planning.reporting.text_check_tables import MOST_SHOWN, check_table, first, pieces, rows_behind, summary

ENGLISH = "98 service stations in use, of which 5 national, 6 provincial and 35 municipal"
SEED = "全市建成并投入使用工会服务驿站98个,其中全国最美站点5个、省级站点6个、市级站点35个"

TOKENS = (
    *("驿站", "阵地", "职工书屋", "98", "个", "家", "５", "九十八", "十", "亿", "万", "千", "1,000", "0", "0.5", "%"),
    *(
        "余",
        "近",
        "约",
        "超过",
        "以上",
        "至",
        "占",
        "占比",
        "其中",
        "全市",
        "合计",
        "田家庵区",
        "高新区",
        "省级",
        "普通",
    ),
    *("新增", "摘牌", "升级", "获评", "净增", "减少", "增加到", "从", "投入使用", "建成", "分别", "为"),
    *("，", "、", "。", "；", "（", "）", "\n", "\t", "2022年", "截至2022年底", "2021—2022年", "2099年", "2025年以来"),
    *(
        "去年",
        "目前",
        "与2020年相比",
        "in 2022",
        "since 2099",
        "of which",
        "national",
        "stations",
        "bases",
        "and",
        "not",
    ),
)


@pytest.fixture(scope="module")
def huainan(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of an office with the demonstration data of Huainan."""
    settings = Settings(database=str(tmp_path_factory.mktemp("office") / "register.sqlite3"))
    prepare(settings)
    return settings


def verdicts(checked: CheckedText) -> list[str]:
    return [finding.verdict for finding in checked.findings]


@pytest.mark.parametrize(
    "text", [SEED, ENGLISH, f"截至2022年底，{SEED}。", f"By the end of 2022, the city had {ENGLISH}."]
)
def test_the_published_sentence_agrees_and_has_its_rows(huainan: Settings, text: str) -> None:
    checked = check_text(huainan, text)
    assert verdicts(checked) == ["agrees"] * 4
    assert [finding.low for finding in checked.findings] == [98, 5, 6, 35]
    for finding in checked.findings:
        assert len(rows_behind(checked, finding)) == finding.low == finding.high
    national = rows_behind(checked, checked.findings[1])
    assert set(national["Tier"]) == {"National"}


@pytest.mark.parametrize(
    ("right", "wrong", "at"), [("98个", "89个", 0), ("5个", "4个", 1), ("6个", "9个", 2), ("35个", "36个", 3)]
)
def test_one_changed_digit_is_a_conflict(huainan: Settings, right: str, wrong: str, at: int) -> None:
    checked = check_text(huainan, SEED.replace(f"点{right}", f"点{wrong}").replace(f"站{right}", f"站{wrong}"))
    assert verdicts(checked) == ["conflicts" if number == at else "agrees" for number in range(4)]
    right, wrong = right.removesuffix("个"), wrong.removesuffix("个")
    checked = check_text(huainan, re.sub(rf"\b{right}\b", wrong, ENGLISH))
    assert verdicts(checked) == ["conflicts" if number == at else "agrees" for number in range(4)]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("职工阵地1000余家", "agrees"),
        ("职工阵地1100余家", "conflicts"),
        ("职工阵地一千余家", "agrees"),
        ("The city has more than 1,000 activity bases.", "agrees"),
        ("The city has more than 1,036 activity bases.", "conflicts"),
        ("工会驿站１００个以上", "conflicts"),
        ("工会驿站超过98个", "conflicts"),
        ("工会驿站不少于98个", "agrees"),
        ("工会驿站不超过98个", "agrees"),
        ("工会驿站不足98个", "conflicts"),
        ("工会驿站近100个", "agrees"),
        ("工会驿站近200个", "conflicts"),
        ("工会驿站约100个", "agrees"),
        ("工会驿站约90个", "conflicts"),
        ("工会驿站80至100个", "agrees"),
        ("工会驿站99至100个", "conflicts"),
        ("全国最美站点占全市驿站的5.1%", "agrees"),
        ("全国最美站点占全市驿站的5.2%", "conflicts"),
        ("全国最美站点占全市驿站的5%", "agrees"),
        ("National stations account for 5.1% of all stations.", "agrees"),
        ("职工书屋其中省级12个", "not checkable"),
        ("职工书屋占省级阵地的12%", "not checkable"),
        ("覆盖率41.2%", "not checkable"),
        ("惠及职工48万人", "not checkable"),
        ("去年新增驿站3个", "not checkable"),
        ("到2090年底建成驿站200个", "not checkable"),
        ("截至2022年底，职工阵地1000余家", "not checkable"),
        ("截至2022年底，职工阵地1100余家", "conflicts"),
    ],
)
def test_a_limit_is_compared_as_what_it_says(huainan: Settings, text: str, verdict: str) -> None:
    assert verdicts(check_text(huainan, text)) == [verdict]


def test_places_are_counted_by_division_and_zone(huainan: Settings) -> None:
    checked = check_text(huainan, "田家庵区建成工会驿站32个,高新区7个")
    assert [(finding.low, finding.verdict) for finding in checked.findings] == [(32, "agrees"), (7, "agrees")]


def test_every_changed_figure_of_a_table_is_found(huainan: Settings) -> None:
    table = "2022年底工会驿站情况表\n县区\t驿站数\t全国最美\t占比（%）\n田家庵区\t32\t2\t32.7\n合计\t98\t5\t100.0"
    checked = check_text(huainan, table)
    assert [finding.low for finding in checked.findings][::3] == [32, 98]
    assert {finding.times.on for finding in checked.findings if finding.times} == {dt.date(2022, 12, 31)}
    wrong = check_text(huainan, table.replace("\t98", "\t89"))
    assert (verdicts(checked)[3], verdicts(wrong)[3]) == ("agrees", "conflicts")


def test_the_day_that_is_stated_goes_before_the_days_that_the_text_names(huainan: Settings) -> None:
    text = "截至2020年底，全市驿站98个"
    (named,) = check_text(huainan, text).findings
    assert (named.verdict, named.times and named.times.on) == ("conflicts", dt.date(2020, 12, 31))
    (stated,) = check_text(huainan.having(on=dt.date(2022, 12, 31)), text).findings
    assert (stated.verdict, stated.times and stated.times.on) == ("agrees", dt.date(2022, 12, 31))


def test_a_text_cannot_ask_for_any_number_of_days(huainan: Settings) -> None:
    checked = check_text(huainan, "".join(f"{year}年底驿站1个。" for year in range(2000, 2025)))
    reasons = [finding.reason for finding in checked.findings]
    assert reasons.count("days") == 25 - MOST_DAYS + 1
    assert "more than 12 days" in check_table(checked)["Remark"].iloc[-1]


def test_what_was_added_is_counted_between_two_days(huainan: Settings) -> None:
    in_2022 = check_text(huainan.having(on=dt.date(2022, 12, 31)), "新增驿站1个").findings[0]
    assert in_2022.times == (dt.date(2022, 12, 31), dt.date(2021, 12, 31))
    opened = check_text(huainan, "").held.stations["opened_on"]
    assert in_2022.low == int(((opened > "2021-12-31") & (opened <= "2022-12-31")).sum()) > 1
    assert check_text(huainan, "新增驿站0个").findings[0].verdict == "agrees"


def test_year_on_year_is_held_against_the_movements(huainan: Settings) -> None:
    text = "2022年新增驿站{}个，较上年增加{}个，同比增长{}%"
    assert verdicts(check_text(huainan, text.format(22, 22, "28.9"))) == ["agrees"] * 3
    assert verdicts(check_text(huainan, text.format(23, 21, "29.0"))) == ["conflicts"] * 3
    assert verdicts(check_text(huainan, "In 2022, 22 stations were added")) == ["agrees"]
    assert verdicts(check_text(huainan, "2022年驿站减少22个")) == ["conflicts"]


def test_since_when_an_honour_is_held_is_known_only_where_it_changed(huainan: Settings) -> None:
    honoured, held, wrong = check_text(
        huainan, "2022年获评省级站点3个。\n获评省级站点6个。\n2022年获评省级站点7个。"
    ).findings
    assert (honoured.verdict, honoured.reason) == ("not checkable", "unsure")
    assert (held.verdict, wrong.verdict) == ("agrees", "conflicts")


def test_what_has_no_known_date_makes_a_band(lived: Settings) -> None:
    now = check_text(lived, "驿站1个").findings[0].low
    (finding,) = check_text(lived, "截至2001年底，驿站0个").findings
    assert now
    assert (finding.low, finding.high) == (0, finding.count and finding.count.most)


def test_a_part_above_its_whole_is_marked(huainan: Settings) -> None:
    (_whole, part) = check_text(huainan, "驿站98个，其中省级100个").findings
    assert (part.verdict, part.too_many) == ("conflicts", True)


def test_parts_that_are_more_than_the_whole_together_are_marked(huainan: Settings) -> None:
    whole, *parts = check_text(huainan, "驿站不足100个，其中全国最美5个、省级6个、普通98个").findings
    assert whole.too_many
    assert not any(part.too_many for part in parts)


def test_rows_of_a_table_that_are_more_than_their_sum_are_marked(huainan: Settings) -> None:
    table = "县区\t驿站数\n田家庵区\t32\n高新区\t7\n寿县\t{}\n合计\t{}"
    right = check_text(huainan, table.format(16, 98)).findings
    assert [finding.too_many for finding in right] == [False] * 4
    assert [finding.mention.whole for finding in right] == [3, 3, 3, None]
    over = check_text(huainan, table.format(67, 98)).findings
    assert [finding.too_many for finding in over] == [False, False, False, True]
    assert check_text(huainan, table.format(99, 98)).findings[2].too_many
    assert not check_text(huainan, table.format(66, 98)).findings[3].too_many  # a zone may be counted in its division


def test_places_and_tiers_of_one_whole_are_not_added_up(huainan: Settings) -> None:
    found = check_text(huainan, "驿站98个，其中省级60个、田家庵区60个").findings
    assert not any(finding.too_many for finding in found)


def test_the_table_says_what_each_figure_was_taken_to_count(huainan: Settings) -> None:
    checked = check_text(huainan, "驿站98个，其中省级100个；职工书屋3个；覆盖率41%")
    table = check_table(checked)
    assert list(table["Counted as"][:2]) == ["Huainan · stations", "Huainan · Provincial · stations"]
    assert list(table["In the register"]) == ["98", "6", "351", ""]
    assert set(table["Register of"][:3]) == {today().isoformat()}
    assert table["Remark"].iloc[1] == "A part is more than its whole."
    assert "radius" in table["Remark"].iloc[3]
    assert summary(checked).startswith("1 agree with the register, 2 conflict, 1 not checkable (as of ")


def test_a_text_without_figures_is_told_so(huainan: Settings) -> None:
    checked = check_text(huainan, "一流的驿站")
    assert checked.findings == ()
    assert summary(checked).startswith("No figure was found.")
    assert check_table(checked).empty


def test_what_is_too_long_is_refused_with_the_limit(huainan: Settings) -> None:
    with pytest.raises(BadChoice, match="1,000,000 characters"):
        check_text(huainan, "驿" * (MOST_CHARACTERS + 1))


def test_the_document_is_json_with_keys(huainan: Settings) -> None:
    document = json.loads(json.dumps(checked_document(check_text(huainan, f"截至2022年底，{SEED}"))))
    assert [figure["counted"] for figure in document["figures"]] == [98, 5, 6, 35]
    assert [len(figure["rows"]) for figure in document["figures"]] == [98, 5, 6, 35]
    assert document["figures"][1] | {"rows": None, "words": None, "start": None, "end": None} == {
        "words": None,
        "start": None,
        "end": None,
        "value": 5.0,
        "upper": None,
        "bound": "exactly",
        "unit": "个",
        "decimals": 0,
        "rough": False,
        "counts": {
            "kind": "station",
            "tier": "national",
            "base_kind": None,
            "place": None,
            "status": "in_use",
            "change": None,
            "union": False,
        },
        "share_of": None,
        "whole": 0,
        "on": "2022-12-31",
        "since": None,
        "verdict": "agrees",
        "reason": None,
        "counted": 5,
        "counted_at_most": 5,
        "rows": None,
        "too_many": False,
    }


@given(st.text(alphabet="<>&\"'{}[]%0123456789个驿站，。\n\t省级 with of", max_size=120))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
def test_the_pieces_of_a_text_are_the_text(huainan: Settings, text: str) -> None:
    checked = check_text(huainan, text)
    assert "".join(piece.text for piece in pieces(checked)) == text
    assert [piece.number for piece in pieces(checked) if piece.number is not None] == list(range(len(checked.findings)))


@given(st.lists(st.sampled_from(TOKENS), max_size=40), st.sampled_from(["", " "]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
def test_whatever_is_put_together_is_judged_and_told(huainan: Settings, words: list[str], between: str) -> None:
    checked = check_text(huainan, between.join(words))
    assert len(check_table(checked)) == len(checked.findings)
    assert len(json.dumps(checked_document(checked))) > 0
    for finding in checked.findings:
        known = len(rows_behind(checked, finding))
        assert finding.count is None or known == len(finding.count.keys)
        assert (finding.verdict == "not checkable") == (finding.reason is not None)


def test_a_page_shows_the_beginning_of_a_long_text(huainan: Settings) -> None:
    checked = check_text(huainan, SEED * 1000)
    shown = first(checked)
    assert (len(checked.findings), len(shown.findings)) == (4000, MOST_SHOWN)
    assert shown.text == SEED * 250 + " …"
    assert first(shown) is shown


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The city has ninety-eight service stations.", ["agrees"]),
        ("The city has one hundred and two stations.", ["conflicts"]),
        ("驿站数量翻了1.3倍。", ["times"]),
        ("驿站数量比上年翻了一番。", ["times"]),
        ("The number of stations grew 1.3 times.", ["times"]),
        ("市级站点占三分之一以上。", ["agrees"]),
        ("市级站点占三分之二以上。", ["conflicts"]),
        ("市级站点占三分之一。", ["rough"]),
        ("省级站点占百分之六。", ["agrees"]),
        ("全市驿站2021年76个；2022年98个。", ["agrees", "agrees"]),
        ("省级站点6个，市级站点35个，合计41个。", ["agrees", "agrees", "several"]),
        ("合计98个。", ["unsaid"]),
        ("全市共有驿站98个，在用98个，暂停2个。", ["agrees", "agrees", "conflicts"]),
    ],
)
def test_no_figure_is_passed_over_in_silence(huainan: Settings, text: str, told: list[str]) -> None:
    assert [found.reason or found.verdict for found in check_text(huainan, text).findings] == told


@pytest.mark.parametrize("name", ["review.txt", "review.docx"])
def test_a_file_and_an_upload_are_the_same_text(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("docx"):
        document = Document()
        document.add_paragraph(SEED)
        document.save(str(path))
    else:
        path.write_text(SEED, encoding="gb18030")
    assert text_in(path) == uploaded(path.read_bytes(), name) == SEED


def test_a_file_with_too_long_a_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "review.txt"
    path.write_text("驿" * (MOST_CHARACTERS + 1), encoding="utf-8")
    with pytest.raises(BadChoice, match="1,000,000 characters"):
        text_in(path)


def test_a_district_that_may_mean_its_union_is_not_in_conflict(huainan: Settings) -> None:
    by_union, wrong, district, named = check_text(
        huainan, "大通区驿站6个。\n大通区驿站7个。\n大通区驿站10个。\n大通区总工会驿站6个。"
    ).findings
    assert (by_union.verdict, by_union.reason) == ("not checkable", "readings")
    assert [each.verdict for each in (wrong, district, named)] == ["conflicts", "agrees", "agrees"]


def test_a_share_may_be_rounded_either_way(huainan: Settings) -> None:
    least = check_text(huainan, "高新区全国最美站点占比14.3%").findings[0]
    assert least.verdict == "agrees"


class _Lines(HTMLParser):
    """The text of a page as a browser copies it: a row is a line, its cells stand apart by tabs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self._row = "", False
        self.feed(page[page.index("<body") :])

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if tag in {"tr", "h1", "h2", "h3"} or (tag == "p" and not self._row):
            self.text += "\n"
        self._row = tag == "tr" or (self._row and tag != "table")

    def handle_endtag(self, tag: str) -> None:
        self.text += "\t" if tag in {"td", "th"} else ""
        self._row = self._row and tag != "table"

    def handle_data(self, data: str) -> None:
        self.text += data.strip("\n")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("union", [None, "340402", "340403-GX"])
def test_the_program_does_not_contradict_its_own_reports(
    huainan: Settings, language: Literal["zh_CN", "en"], union: str | None
) -> None:
    office = huainan.having(language=language)
    wish = planned.order(office, today().year, question=Question(1000.0), union=union)
    files = planned.made(office, wish, formats=(".docx", ".html"))
    word, page = uploaded(files["report.docx"], "report.docx"), _Lines(files["report.html"].decode()).text
    for text in (word, page):
        checked = check_text(huainan, text)
        assert [each.mention.words for each in checked.findings if each.verdict == "conflicts"] == []
        assert checked.count("agrees") >= 40
    wrong = word.replace(*_changed(word), 1)
    (found,) = (each for each in check_text(huainan, wrong).findings if each.verdict == "conflicts")
    assert found.times is not None


def _changed(text: str) -> tuple[str, str]:
    """Return the number of stations in the first paragraph of a report, and the same with another digit."""
    written = next(match for match in (re.search(each, text) for each in (r"共有工会驿站\d+", r"had \d+")) if match)[0]
    return written, written[:-1] + str((int(written[-1]) + 1) % 10)
