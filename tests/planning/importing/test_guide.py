"""What the guide says of the fields is what the schema does."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from stations.model.schema import RECORDS, Kind, entering, fields
from stations.planning.importing.guide import NEEDED, explained

WHOLE = {
    "name": "东门",
    "lon": "117.0183",
    "lat": "32.6457",
    "datum": "GCJ-02",
    "status": "摘牌",
    "status_reason": "拆迁",
}


@pytest.mark.parametrize("field", NEEDED)
def test_a_row_without_what_it_needs_is_refused(field: str) -> None:
    RECORDS["station"].model_validate(WHOLE, context=entering())
    with pytest.raises(ValidationError):
        RECORDS["station"].model_validate(WHOLE | {field: ""}, context=entering())


@pytest.mark.parametrize("kind", RECORDS)
def test_a_row_needs_nothing_else(kind: Kind) -> None:
    assert RECORDS[kind].model_validate({"name": "东门"}).name == "东门"


@pytest.mark.parametrize("kind", RECORDS)
def test_every_field_is_explained_by_what_its_cells_take(kind: Kind, english: None) -> None:
    told = {each.key: each for each in explained(kind)}
    assert told.keys() == fields(kind).keys()
    assert told["verified_on"].sort == "day"
    assert told["lon"].sort == told["source_lat"].sort == "degrees"
    assert told["datum"].takes == "one of: WGS84, GCJ-02, BD-09, CGCS2000"


@pytest.mark.parametrize("kind", RECORDS)
def test_every_example_is_read(kind: Kind) -> None:
    examples: dict[str, Any] = {key: header.example for key, header in fields(kind).items() if header.example}
    read = RECORDS[kind].model_validate(examples, context=entering())
    assert all(getattr(read, key) not in (None, (), {}) for key in examples)
