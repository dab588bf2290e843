"""A table that leaves the app says what it is of, and opens right in an office program."""

from __future__ import annotations

from stations.model.settings import Settings
from stations.planning import downloads, gap_tables, show
from stations.planning.assess import Question, assess
from tests.planning.town import RADIUS_M


def test_a_download_of_a_table_opens_right_in_excel(demonstrated: Settings) -> None:
    answer = assess(demonstrated, Question(RADIUS_M))
    about = downloads.provenance(answer.holdings, show.coverage_sentence(answer))
    header, *rows = (
        downloads.csv_of(downloads.told(gap_tables.gap_table(answer), about)).decode("utf-8-sig").splitlines()
    )
    assert header.startswith("Rank,District,")
    assert header.endswith(",Basis")
    assert rows
    for row in rows:
        for said in ("Demonstration data.", "within 1.1 km" if "1.1 km" in about else "within", "revision 1."):
            assert said in row
