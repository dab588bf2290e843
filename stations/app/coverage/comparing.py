"""Two answers side by side: figures, maps, tables. Of a scenario, or of two days."""

from __future__ import annotations

import streamlit as st

from stations.app import address, atlas, frame, picking
from stations.model.language import gettext as _
from stations.model.vocabulary import Tier
from stations.planning.coverage import comparison_tables as tables
from stations.planning.coverage import show
from stations.planning.coverage.assess import Assessment, Question
from stations.planning.coverage.comparison import Comparison, between
from stations.planning.coverage.measures import Measures
from stations.planning.maps.draw import View
from stations.planning.records.movements import Movements, movements


def over_time(measures: Measures) -> None:
    """Let the visitor choose an earlier day, and show what has changed since."""
    picking.day("since", _("Compare with the end of"), latest=measures.answer.holdings.on)
    since, settings = address.chosen("since"), address.settings()
    if since is None:
        frame.note(_("Choose a day: stations added and delisted since, and the gaps that opened and closed."))
        return
    moves = movements(settings, since=since)
    frame.note(tables.movement_sentence(moves))
    for words in show.day_notes(moves.before):
        frame.note(words)
    sides(between(settings, measures.answer.question, since=since))
    _account(moves)


def sides(comparison: Comparison) -> None:
    """Show a comparison."""
    frame.figures(tables.comparison_figures(comparison))
    _maps(comparison)
    for name, table in (("comparison", tables.comparison_table), ("followed", tables.followed_table)):
        picking.whole_table(table(comparison), name=name)


def _account(moves: Movements) -> None:
    st.subheader(_("Stations between the two days"))
    picking.whole_table(tables.account_table(moves, "tier"), name="tiers")
    picking.whole_table(tables.account_table(moves, "division"), name="divisions")
    picking.whole_table(tables.movement_table(moves), name="movements")


def _maps(comparison: Comparison) -> None:
    pair = ((_("Before"), comparison.before, "before"), (_("After"), comparison.after, "after"))
    for column, (title, answer, key) in zip(st.columns(2), pair, strict=True):
        with column:
            st.subheader(title)
            _map(answer, key=key)


def _map(answer: Assessment, *, key: str) -> None:
    question: Question = answer.question
    tiers = Tier.at_least(question.tier) if question.tier else tuple(Tier)
    settings = address.settings().having(on=answer.holdings.on)
    atlas.city_map(settings, View(tiers=tiers), question=question, key=key, height=380)
