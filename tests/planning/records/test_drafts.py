"""Forms half filled in: kept for whoever began them, until they are saved or discarded."""

from __future__ import annotations

import datetime as dt

from stations.model.accounts import Role, User
from stations.model.settings import Settings
from stations.planning.records.drafts import drop, keep, unfinished
from stations.planning.records.edit_tables import unfinished_in_words
from stations.planning.records.entering import Draft

NEW = Draft("station", {"name": "示例<b>半个</b>", "notes": "x" * 100_000})
OLD = Draft("base", {}, "B1", 3)


def test_a_draft_is_kept_as_it_is_and_told_in_words(town: Settings) -> None:
    keep(town, "one", NEW, about={})
    keep(town, "two", OLD, about={})
    found = {begun.submission: begun for begun in unfinished(town)}
    assert {name: begun.draft for name, begun in found.items()} == {"one": NEW, "two": OLD}
    assert unfinished_in_words(found["one"]).startswith("Not saved yet: 示例<b>半个</b>, last touched 20")
    assert "no name yet (B1)" in unfinished_in_words(found["two"])


def test_the_last_of_what_was_entered_counts(town: Settings) -> None:
    keep(town, "one", OLD, about={})
    keep(town, "one", NEW, about={})
    assert [begun.draft for begun in unfinished(town)] == [NEW]
    drop(town, "one")
    drop(town, "one")
    assert unfinished(town) == []


def test_a_draft_is_its_owners_alone(town: Settings) -> None:
    keep(town.having(user=User("li", Role.STAFF)), "one", NEW, about={})
    other = town.having(user=User("wang", Role.ADMIN))
    assert unfinished(other) == []
    drop(other, "one")
    assert unfinished(town.having(user=User("li", Role.STAFF)))


def test_what_was_answered_about_the_save_is_kept_with_it(town: Settings) -> None:
    answers = {"since": dt.date(2026, 3, 1), "document": "淮工发〔2026〕3号", "why": ""}
    keep(town, "one", NEW, about=answers)
    (begun,) = unfinished(town)
    assert begun.about == {"since": dt.date(2026, 3, 1), "document": "淮工发〔2026〕3号"}
