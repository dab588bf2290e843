"""Many records are corrected at once: each is judged, what cannot be is named, and all the others are one revision."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from stations.model.accounts import Role, User
from stations.model.acts import Act
from stations.model.language import Language
from stations.model.settings import Settings
from stations.planning.access.rights import NotAllowed, OtherUnion
from stations.planning.records.bulk import BulkPlan, confirm_bulk, plan_bulk
from stations.planning.records.edit import NotAccepted, faults, save
from stations.planning.records.edit_tables import bulk_in_words, change_table
from stations.planning.records.entering import UnknownRecord, checked, draft_of
from stations.planning.records.undo import undo
from stations.planning.register import holdings, open_register
from stations.store.changes import StaleRecord
from tests.planning.coverage.test_tables import require_readable
from tests.planning.town import TOWN, WEST

if TYPE_CHECKING:
    from pandas import DataFrame

ACT = Act("bulk", who="示例员工", document_no="示例〔2026〕1号")
ALL = ("T-1", "T-2", "T-3", "T-4")


def stored(settings: Settings) -> dict[str, dict[str, Any]]:
    return open_register(settings.database).stored("station", TOWN)


def test_many_are_given_an_honour_from_a_day_on_as_one_revision(real: Settings) -> None:
    for key in ALL:
        save(real, checked(real, draft_of(real, "station", key, values={"opened_on": "2020-01-01"})), ACT)
    plan = plan_bulk(real, "station", ("T-2", "T-3"), values={"tier": "省级"})
    revision = confirm_bulk(real, plan, ACT, since=dt.date(2025, 5, 1))
    tiers = {
        day: list(holdings(real.having(on=dt.date.fromisoformat(day))).stations.loc[["T-2", "T-3"], "tier"])
        for day in ("2025-04-30", "2025-05-01")
    }
    assert tiers == {"2025-04-30": ["municipal", "none"], "2025-05-01": ["provincial", "provincial"]}
    log = open_register(real.database).log(TOWN)
    assert set(log[log["revision"] == revision]["document_no"]) == {"示例〔2026〕1号"}
    assert faults(real) == []


def preview(plan: BulkPlan) -> DataFrame:
    return change_table(plan.kind, plan.before, plan.changed)


def test_what_would_not_change_is_counted_and_not_written(real: Settings) -> None:
    plan = plan_bulk(real, "station", ALL, values={"tier": "市级"})
    assert ([row.station_id for row in plan.changed], plan.unchanged) == (["T-1", "T-3", "T-4"], 1)
    assert set(preview(plan)["Field"]) == {"Tier"}


def test_a_blank_leaves_a_field_as_it_is_and_what_is_ones_own_is_not_given_to_many(real: Settings) -> None:
    plan = plan_bulk(real, "station", ALL, values={"tier": "", "name": "示例", "lon": "1", "source": "示例数据"})
    assert (plan.changed, plan.unchanged) == ([], 4)
    with pytest.raises(NotAccepted):
        confirm_bulk(real, plan, ACT)


def test_facilities_are_given_one_by_one(real: Settings) -> None:
    save(real, checked(real, draft_of(real, "station", "T-1", values={"facilities": "饮水、厕所:故障"})), ACT)
    given = {"facilities": json.dumps({"toilet": "yes", "aed": "no"})}
    confirm_bulk(real, plan_bulk(real, "station", ("T-1", "T-3"), values=given), ACT)
    assert stored(real)["T-1"]["facilities"] == {"water": "yes", "toilet": "yes", "aed": "no"}
    assert stored(real)["T-3"]["facilities"] == {"toilet": "yes", "aed": "no"}


def test_one_that_would_not_be_valid_is_refused_with_its_reason_and_the_others_are_not(real: Settings) -> None:
    plan = plan_bulk(real, "station", ALL, values={"status": "摘牌"})
    assert plan.changed == []
    assert {refused.key for refused in plan.refused} == set(ALL)
    assert all("reason" in refused.reason for refused in plan.refused)
    plan = plan_bulk(real, "station", ALL, values={"status": "摘牌", "status_reason": "示例拆迁"})
    assert (len(plan.changed), plan.refused) == (4, [])


def test_a_status_of_a_day_to_come_and_a_reason_that_says_nothing_are_refused(real: Settings) -> None:
    for given in ({"status_on": "9999-12-31", "status_reason": "示例拆迁"}, {"status_reason": "-"}):
        plan = plan_bulk(real, "station", ALL, values={"status": "摘牌", **given})
        assert (plan.changed, {refused.key for refused in plan.refused}) == ([], set(ALL))


def test_another_status_ends_what_was_said_of_the_one_before(real: Settings) -> None:
    given = {"status": "暂停", "status_on": "2020-05-01", "status_reason": "示例装修", "document_no": "示例1号"}
    confirm_bulk(real, plan_bulk(real, "station", ("T-1",), values=given), ACT)
    confirm_bulk(real, plan_bulk(real, "station", ("T-1",), values={"status": "在用"}), ACT)
    row = stored(real)["T-1"]
    assert (row["status"], *(name in row for name in ("status_on", "status_reason", "document_no"))) == (
        "in_use",
        *(False,) * 3,
    )


def test_a_text_that_cannot_be_read_is_refused(real: Settings) -> None:
    plan = plan_bulk(real, "station", ("T-1",), values={"star": "seven"})
    assert plan.changed == []
    assert "number" in plan.refused[0].reason


def test_nothing_is_overwritten_that_somebody_else_saved_meanwhile(real: Settings) -> None:
    plan = plan_bulk(real, "station", ALL, values={"tier": "市级"})
    save(real, checked(real, draft_of(real, "station", "T-3", values={"star": "2"})), ACT)
    before = stored(real)
    with pytest.raises(StaleRecord, match="T-3"):
        confirm_bulk(real, plan, ACT)
    assert stored(real) == before


def test_it_is_taken_back_at_once(real: Settings) -> None:
    before = stored(real)
    undo(real, confirm_bulk(real, plan_bulk(real, "station", ALL, values={"star": "3"}), ACT), act=ACT)
    assert stored(real) == before


def test_staff_of_one_union_corrects_its_own_records_and_the_others_are_named(real: Settings) -> None:
    staff = real.having(user=User("示例员工", Role.STAFF, WEST))
    plan = plan_bulk(staff, "station", ALL, values={"star": "3"})
    assert {refused.key for refused in plan.refused} == {"T-2", "T-3"}
    confirm_bulk(staff, plan, ACT)
    assert {key for key, row in stored(real).items() if row.get("star") == 3} == {"T-1", "T-4"}
    whole = plan_bulk(real, "station", ALL, values={"star": "4"})
    with pytest.raises(OtherUnion):
        confirm_bulk(staff, whole, ACT)
    with pytest.raises(NotAllowed):
        plan_bulk(real.having(user=User("示例访客", Role.VIEWER)), "station", ALL, values={"star": "3"})


def test_a_record_that_there_is_not_is_refused(real: Settings) -> None:
    with pytest.raises(UnknownRecord, match="X"):
        plan_bulk(real, "station", ("T-1", "X"), values={"star": "3"})


def test_the_preview_is_readable(real: Settings, language: Language) -> None:
    plan = plan_bulk(real, "station", ALL, values={"tier": "市级", "status": "摘牌"})
    assert len(preview(plan)) == 0
    plan = plan_bulk(real, "station", ALL, values={"tier": "市级", "groups": json.dumps(["couriers"])})
    require_readable(preview(plan).drop(columns=[preview(plan).columns[0]]), language)
    assert all(bulk_in_words(plan))


def test_two_days_for_one_status_are_refused(real: Settings) -> None:
    plan = plan_bulk(
        real, "station", ("T-1",), values={"status": "摘牌", "status_on": "2022-01-01", "status_reason": "示例"}
    )
    with pytest.raises(NotAccepted, match="2022-01-01"):
        confirm_bulk(real, plan, ACT, since=dt.date(2025, 1, 1))
