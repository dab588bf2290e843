"""Stored values as people read them, and as the import reads them again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.model.labels import label_of, labels
from stations.model.language import LANGUAGES, Language
from stations.model.schema import RECORDS, Kind, Place, dump, fields
from tests.records import valid_records


@pytest.mark.parametrize(
    ("field", "value", "chinese", "english"),
    [
        ("tier", "national", "全国最美", "National"),
        ("status", "in_use", "在用", "In use"),
        ("groups", ["couriers", "sanitation"], "快递员、环卫工人", "Couriers, Sanitation workers"),
        (
            "facilities",
            {"water": "yes", "toilet": "out_of_order"},
            "饮水、厕所:故障",
            "Drinking water, Toilet:Out of order",
        ),
        ("name", "tier", "tier", "tier"),
        ("capacity", 20, 20, 20),
        ("capacity", 0, 0, 0),
        ("status", None, None, None),
        ("groups", [], None, None),
        ("facilities", {}, None, None),
    ],
)
def test_keys_become_labels_and_everything_else_stays(field: str, value: Any, chinese: Any, english: Any) -> None:
    read = {language: label_of("station", field, value, language=language) for language in LANGUAGES}
    assert read == {"zh_CN": chinese, "en": english}


def test_a_record_is_labelled_in_the_order_of_the_schema_without_what_is_unknown(language: Language) -> None:
    row = {"address": "洞山路 1 号", "name": "示例", "tier": "municipal", "status": None, "groups": []}
    expected = [fields("station")[key].label(language) for key in ("name", "tier", "address")]
    assert list(labels("station", row, language)) == expected


@pytest.mark.parametrize("kind", ["station", "base"])
@given(data=st.data())
def test_what_is_read_is_what_was_written(kind: Kind, data: st.DataObject) -> None:
    record: Place = data.draw(valid_records(kind))
    language: Language = data.draw(st.sampled_from(LANGUAGES))
    known = dump(record)
    written = {key: label_of(kind, key, value, language=language) for key, value in known.items() if key != "extra"}
    again = RECORDS[kind].model_validate(written | {"extra": record.extra})
    assert again == record
