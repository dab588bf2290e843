"""The form asks for every field of a record once, in the way that fits it."""

from __future__ import annotations

import pytest

from stations.model.schema import IDENTIFIERS, Kind, fields
from stations.planning.records.entry_fields import sections

GIVEN_BY_US = {"source_lon", "source_lat", "source_datum"}
ANSWERS = {
    *(("name", "text"), ("tier", "term"), ("groups", "terms"), ("facilities", "facilities")),
    *(("opened_on", "day"), ("notes", "long"), ("capacity", "text"), ("datum", "term")),
}


@pytest.mark.parametrize("kind", ["station", "base"])
def test_every_field_is_asked_for_once_but_what_we_give_ourselves(kind: Kind) -> None:
    asked = [field.name for section in sections(kind).values() for field in section]
    assert len(set(asked)) == len(asked)
    assert set(asked) == set(fields(kind)) - GIVEN_BY_US - {IDENTIFIERS[kind]}


def test_each_is_asked_for_in_the_way_that_fits_it() -> None:
    asked = {field.name: field for section in sections("station").values() for field in section}
    assert {(name, asked[name].answer) for name, _answer in ANSWERS} == ANSWERS
    for field in asked.values():
        assert bool(field.options) == (field.answer in {"term", "terms", "facilities"})
