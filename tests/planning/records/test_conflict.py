"""Two who correct one record: what only one of them changed is kept, what both did has to be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from stations.model.acts import Act
from stations.model.settings import Settings
from stations.planning.records.conflict import Conflict, conflict_of, conflict_table
from stations.planning.records.edit import save
from stations.planning.records.entering import Draft, as_it_was, checked, draft_of
from stations.planning.register import open_register


def draft(settings: Settings, **values: str) -> Draft:
    return draft_of(settings, "station", "T-1", values=values)


def saved(settings: Settings, entered: Draft) -> None:
    save(settings, checked(settings, entered), Act("form", who="another"))


def met(settings: Settings, *, mine: Mapping[str, str], theirs: Mapping[str, str]) -> Conflict:
    """Return the conflict of two who opened the same record, after the other one has saved."""
    entered = draft(settings, **mine)
    saved(settings, draft(settings, **theirs))
    conflict = conflict_of(settings, entered)
    assert conflict is not None
    return conflict


def test_nothing_is_in_the_way_of_whoever_is_alone(real: Settings) -> None:
    assert conflict_of(real, draft(real, address="1 Street")) is None
    assert conflict_of(real, Draft("station", {"name": "new"})) is None


def test_what_each_of_them_changed_alone_is_kept(real: Settings) -> None:
    conflict = met(real, mine={"township": "here"}, theirs={"address": "2 Street"})
    assert conflict.contested == []
    together = conflict.together({})
    assert (together.values["township"], together.values["address"]) == ("here", "2 Street")
    assert together.version == conflict.theirs.version
    saved(real, together)
    now = draft(real).values
    assert (now["township"], now["address"]) == ("here", "2 Street")


def test_what_both_changed_has_to_be_chosen_and_stays_as_it_is_otherwise(real: Settings) -> None:
    conflict = met(real, mine={"address": "1 Street"}, theirs={"address": "2 Street"})
    assert conflict.contested == ["address"]
    assert conflict.together({}).values["address"] == "2 Street"
    assert conflict.together({"address": "theirs"}).values["address"] == "2 Street"
    assert conflict.together({"address": "mine"}).values["address"] == "1 Street"
    assert list(conflict_table(conflict, {})["Goes on with"]) == ["to be chosen"]
    assert list(conflict_table(conflict, {"address": "mine"})["Goes on with"]) == ["what you have entered"]


def test_what_both_changed_alike_is_no_matter(real: Settings) -> None:
    conflict = met(real, mine={"address": "1 Street", "township": "a"}, theirs={"address": "1 Street"})
    assert conflict.parts == ["township"]


def test_what_one_of_them_emptied_stays_empty(real: Settings) -> None:
    saved(real, draft(real, township="there"))
    conflict = met(real, mine={"township": ""}, theirs={"address": "2 Street"})
    assert conflict.together({}).values.get("township", "") == ""


def test_a_place_is_one_part(real: Settings) -> None:
    place: Any = {"lon": "117.05", "lat": "32.61", "datum": "GCJ-02"}
    conflict = met(real, mine=place, theirs={"lon": "117.06", "lat": "32.62", "datum": "WGS84"})
    assert conflict.contested == ["lon"]
    mine, theirs = (conflict.together({"lon": side}).values for side in ("mine", "theirs"))
    assert [mine[name] for name in ("lon", "lat", "datum")] == ["117.05", "32.61", "GCJ-02"]
    assert theirs == conflict.theirs.values
    assert checked(real, conflict.together({"lon": "mine"})).record is not None


def test_without_a_base_every_difference_has_to_be_chosen(real: Settings) -> None:
    conflict = met(real, mine={"township": "here"}, theirs={"address": "2 Street"})
    unknown = replace(conflict, base=None)
    assert unknown.contested == unknown.parts == ["township", "address"]


@pytest.mark.parametrize("address", ["1 Street", "2 Street"])
def test_the_record_as_it_was_opened_is_found_again(real: Settings, address: str) -> None:
    opened = draft(real)
    saved(real, draft(real, address=address))
    second = draft(real)
    saved(real, draft(real, township="there"))
    assert as_it_was(real, opened) == opened
    assert as_it_was(real, second) == second


def test_where_versions_are_not_those_of_the_history_nobody_can_say(real: Settings) -> None:
    opened = draft(real)
    import sqlalchemy as sa

    engine = sa.create_engine(f"sqlite:///{real.database}")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE station SET version = version + 1 WHERE station_id = 'T-1'"))
    engine.dispose()
    assert open_register(real.database).version("station", real.city, "T-1") == 2
    assert as_it_was(real, opened) is None


def test_a_status_and_its_day_are_one_part(real: Settings) -> None:
    mine = {"status": "摘牌", "status_reason": "示例拆迁"}
    conflict = met(real, mine=mine, theirs={"status_on": "2019-05-01", "document_no": "示例1号"})
    assert conflict.contested == ["status"]
    together = conflict.together({"status": "mine"}).values
    assert (together.get("status"), together.get("status_on", ""), together.get("document_no", "")) == ("摘牌", "", "")
