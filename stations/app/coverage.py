"""Page 覆盖与缺口: who is within reach, where the gaps are, by district."""

from __future__ import annotations

import streamlit as st

from stations.app import address, atlas, card, frame, picking
from stations.model.language import gettext as _
from stations.model.vocabulary import Tier
from stations.planning import show
from stations.planning.assess import Assessment, Question, assess
from stations.planning.draw import View


@address.part
def page() -> None:
    """Draw the page."""
    with frame.telling_faults():
        _body()


def _body() -> None:
    settings = address.settings()
    tier = address.chosen("tier")
    question = Question(radius_m=address.chosen("radius"), tier=None if tier == address.ALL else tier)
    answer = assess(settings, question)
    frame.head(_("Coverage and gaps"), show.coverage_sentence(answer), answer.holdings)
    _controls(answer)
    left, right = st.columns([13, 7], gap="medium")
    with left:
        rank = address.chosen("gap")
        view = View(
            tiers=Tier.at_least(question.tier) if question.tier else tuple(Tier),
            people=address.chosen("people"),
            gap=rank,
            focus=("gap", str(rank)) if rank and atlas.flight() else None,
            flight=atlas.flight(),
        )
        atlas.city_map(settings, view, question=question, key="coverage")
    with right:
        _gaps(answer)
    _districts(answer)


def _controls(answer: Assessment) -> None:
    radius, tier, layers = st.columns([3, 3, 2], vertical_alignment="bottom")
    with radius:
        picking.radius(answer.holdings.city)
    language = address.settings().language
    tier.selectbox(
        _("Stations that count"),
        [address.ALL, *list(Tier)[:-1]],
        format_func=lambda tier: (
            _("All stations") if tier == address.ALL else _("{tier} and above").format(tier=tier.label(language))
        ),
        placeholder=_("All stations"),
        key="tier",
        help=_("Stations that are located and in use (or of unknown status): {count}.").format(
            count=answer.stations_used
        ),
    )
    layers.toggle(_("Uncovered people on the map"), key="people", disabled=answer.people is None)


def _gaps(answer: Assessment) -> None:
    st.subheader(_("Gaps, largest first"))
    rank = address.chosen("gap")
    shown = show.gap_card(answer, rank) if rank else None
    if shown:
        card.card(*shown, key=f"gap:{rank}")
    table = show.gap_table(answer)
    if table.empty:
        st.info(_("There are no gaps at this radius. Choose a smaller radius or a higher tier."))
        return
    row = int(rank) - 1 if rank and rank <= len(table) else None
    picking.chosen_row(table, row=row, key="gaps", on_row=picking.choose_gap)
    picking.download(lambda: show.csv_of(table), name="gaps", label=_("Download the gaps (CSV)"))


def _districts(answer: Assessment) -> None:
    st.subheader(_("By district"))
    chart, table = st.columns([1, 1], gap="medium")
    figures = show.district_table(answer)
    share = figures.columns[-1]
    chart.bar_chart(
        figures[[share]], horizontal=True, sort=False, height=340, color="#1F6FB2", x_label="", y_label=share
    )
    with table:
        picking.plain_table(figures)
        picking.download(lambda: show.csv_of(figures), name="districts", label=_("Download the table (CSV)"))
    frame.note(show.basis(answer))
