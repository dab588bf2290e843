"""What is said of an entry, and when it was made, as people read it."""

from __future__ import annotations

import time

import pytest

from stations.model.settings import Settings
from stations.planning.records.edit import history
from stations.planning.records.edit_tables import history_table, remarks
from stations.planning.records.entering import Draft, checked
from tests.planning.town import degrees

LON, LAT = map(str, degrees(3.5, 1.5))
NEW = {"name": "示例新站", "lon": LON, "lat": LAT, "datum": "WGS84"}


@pytest.mark.parametrize(
    ("values", "field", "severity", "said"),
    [
        ({"name": ""}, "name", "error", "The name is missing"),
        ({"datum": ""}, "datum", "error", "The datum of the coordinates is missing"),
        ({"star": "9"}, "star", "error", "Star"),
        ({"status_on": "2090-01-01"}, "status_on", "warning", "Status since"),
        ({"lon": "", "lat": "", "datum": ""}, "lon", "note", "not on the map."),
    ],
)
def test_what_is_wrong_or_odd_names_its_field(
    real: Settings, values: dict[str, str], field: str, severity: str, said: str
) -> None:
    (told,) = remarks(checked(real, Draft("station", NEW | values)))
    assert (told.field, told.severity) == (field, severity)
    assert said in told.words
    assert "row" not in told.words


def test_an_empty_form_lacks_its_name(real: Settings) -> None:
    (told,) = remarks(checked(real, Draft("station", {})))
    assert (told.field, told.severity) == ("name", "error")


def test_a_history_tells_the_time_of_the_servers_zone(real: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    log = history(real)
    log["made_at"] = "2026-01-31T20:30:00+00:00"
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        shown = history_table(log)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert set(shown["When (UTC+08:00)"]) == {"2026-02-01 04:30"}
