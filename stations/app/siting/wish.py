"""The row of controls that says what is wanted of new stations, and where they may be; rare ones behind "More"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from stations.app import address, frame, picking
from stations.app.coverage import asking
from stations.app.siting import handing_in as siting_handing_in
from stations.model.accounts import Right
from stations.model.errors import CostNotGiven, NoDemand, NoneInTime, NotGiven, StationsError, TooManySites
from stations.model.language import current_language, ngettext
from stations.model.language import gettext as _
from stations.model.siting import OFFERED, CandidateSource, SitingModel
from stations.planning.coverage.assess import Assessment
from stations.planning.maps.draw import bounds
from stations.planning.siting import files as siting_files
from stations.planning.siting import words as siting_words
from stations.planning.siting.candidates import Where, require_in_city
from stations.planning.siting.proposal import SitingQuestion
from stations.planning.siting.refusals import (
    can_be_left_out,
    excluded_all,
    name_of,
    nearest_feasible,
    sources_added,
    sources_left_out,
)

DRAWING, PLACING = "siting-drawing", "siting-placing"
"""Whether clicks on the map draw an outline, or say where a station is wanted: one of them at a time."""
NO_LAND = siting_files.ShownLand()
_FAULTS = "siting-faults"
_COST_PX = 240


def wanted() -> SitingQuestion:
    """Return what is wanted now. Raises `BadFile` where a file that the address names is not kept."""
    settings, chosen = address.settings(), address.chosen
    model: SitingModel = chosen("model")
    where = Where(
        sources=tuple(each for each in chosen("from") if each is not CandidateSource.HOSTS or chosen("hosts")),
        grid_m=chosen("grid"),
        forced=chosen("pinned"),
        forbidden=chosen("rejected"),
        costs=chosen("costs"),
    )
    files = {"hosts": chosen("hosts"), "land": chosen("land"), "outlines": chosen("outline")}
    return SitingQuestion(
        address.question(),
        model,
        siting_files.with_files(settings, where, **files),
        sites=chosen("sites") if model.of_so_many else None,
        share=chosen("share") / 100 if model is SitingModel.FEWEST_SITES else None,
        budget=chosen("budget") if model is SitingModel.BUDGET else None,
        freed=chosen("freed"),
        floor=chosen("floor") / 100 or None,
        closest_m=chosen("closest"),
        twice=chosen("twice"),
        capacity=chosen("capacity"),
        in_order=chosen("inorder"),
        seconds=float(chosen("limit")),
    )


def controls(answer: Assessment) -> None:
    """Show the controls; what is chosen is searched for at once."""
    model, amount, radius, source, more = st.columns([5, 3, 5, 6, 2], vertical_alignment="bottom")
    with model:
        _model()
    with amount:
        _amount()
    with radius:
        picking.radius(answer.holdings.city)
    with source:
        _sources()
    paying = address.chosen("model") is SitingModel.BUDGET
    if paying:
        with st.container(horizontal=True, vertical_alignment="bottom", key="costs"):
            _costs(_looked_at())
    with more.popover(_("More"), width="stretch"):
        _conditions()
        if not paying:
            _costs(siting_words.COSTED)
        asking.whose(answer)
        asking.rare(answer)


def _model() -> None:
    language = current_language()
    st.selectbox(
        _("What is wanted"),
        list(SitingModel),
        format_func=lambda model: model.label(language),
        key="model",
        help=_(
            "Most people with so many stations (Church & ReVelle 1974), fewest stations for a share (Toregas et al. "
            "1971), most for the money, least distance on average or for the farthest (Hakimi 1964)."
        ),
    )


def _amount() -> None:
    match address.chosen("model"):
        case SitingModel.FEWEST_SITES:
            words = _("Of all people within reach, with the stations there are.")
            st.number_input(_("Share to reach (%)"), 1, 100, key="share", help=words)
        case SitingModel.BUDGET:
            _number("budget", _("Budget"), siting_words.money_from, about=_usual_budget())
        case _:
            words = _("Beside the stations there are; pinned ones count among them.")
            st.number_input(_("New stations"), 1, siting_words.MOST_SITES, key="sites", help=words)


def _usual_budget() -> str:
    usual = siting_words.amount_text(siting_words.DEFAULT_BUDGET)
    return _("In the unit of the costs. Empty: {amount}.").format(amount=usual)


def _sources() -> None:
    language = current_language()
    st.multiselect(
        _("Where they may be"),
        list(OFFERED),
        format_func=lambda source: source.label(language),
        key="from",
        placeholder=_("Choose at least one"),
        help=_("Of equally good places those of the kind that stands first are taken: bases first, as a rule."),
    )


def _conditions() -> None:
    words = _("Who has a second station within reach counts once more (backup coverage).")
    st.toggle(name_of("twice"), key="twice", help=words)
    words = _("Each district is to have at least this share of its people within reach.")
    st.number_input(name_of("floor"), 0, 100, key="floor", help=words)
    _number("closest", name_of("closest"), siting_words.metres_from, about=_("Empty: no such condition."))
    _number("capacity", name_of("capacity"), siting_words.people_from, about=_("Empty: as many as come."))
    _number("grid", _("Spacing of the grid (m)"), siting_words.spacing_from, about=_("Empty: half of the radius."))
    st.selectbox(
        _("Search for at most"),
        sorted({*siting_words.LIMITS, address.chosen("limit")}),
        format_func=lambda seconds: _("{seconds} s").format(seconds=seconds),
        key="limit",
        help=_("A first answer is there at once; the rest of the time makes it better and proves how good it is."),
    )


def _looked_at() -> list[CandidateSource]:
    """Return the kinds of places that are looked at."""
    placed = any("," in key for key in address.chosen("pinned"))
    return [*address.chosen("from"), *([CandidateSource.PLACE] if placed else [])]


def _costs(sources: Iterable[CandidateSource]) -> None:
    """Let the visitor say what a station costs where the list of hosts does not."""
    language, known = current_language(), dict(address.chosen("costs"))
    for source in sources:
        words = _("Cost of a station: {source}").format(source=source.label(language))
        keep, known_cost = partial(_keep_cost, source), known.get(source)
        _typed(f"cost-{source.value}", known_cost, read=siting_words.cost_from, keep=keep, label=words, width=_COST_PX)


def _keep_cost(source: CandidateSource, cost: float | None) -> None:
    known = {each: amount for each, amount in address.chosen("costs") if each is not source}
    address.choose("costs", tuple((known | ({} if cost is None else {source: cost})).items()))


def _number(name: str, label: str, read: Callable[[str], float | None], *, about: str) -> None:
    """Let a number be typed for one part of the view; an empty field is what is usual."""

    def keep(value: float | None) -> None:
        address.choose(name, address.CHOICES[name].default if value is None else value)

    _typed(f"{name}-box", address.chosen(name), read=read, keep=keep, label=label, help=about)


class _Refused(NamedTuple):
    """What was typed and is no number, what is wrong with it, and the number that counts meanwhile."""

    text: str
    fault: StationsError
    beside: float | None


def _typed(
    box: str,
    value: float | None,
    *,
    read: Callable[[str], float | None],
    keep: Callable[[float | None], None],
    **look: Any,
) -> None:
    """Let a number be typed in place of `value`; what is none stays in the field, is told, and changes nothing."""
    refused: _Refused | None = st.session_state.get(f"{box}-refused")
    if refused and refused.beside == value:
        st.session_state[box] = refused.text
        st.session_state.setdefault(_FAULTS, []).append(refused.fault)
    else:
        st.session_state[box] = siting_words.amount_text(value)  # also of a link, or after "back"

    def change() -> None:
        text = st.session_state[box].strip()
        st.session_state[f"{box}-refused"] = None
        try:
            keep(read(text) if text else None)
        except StationsError as error:
            st.session_state[f"{box}-refused"] = _Refused(text, error, value)

    st.text_input(key=box, on_change=change, max_chars=20, **look)


def notes(refused: StationsError | None) -> None:
    """Show what keeps the wish from being met, or the last choice from being taken over, and what is taken as given.

    What has yet to be said is no fault: it is asked for in quiet words.
    """
    if address.chosen("scenario"):
        with st.container(horizontal=True, vertical_alignment="center", key="given"):
            frame.note(_("The scenario in the address is taken as given: its stations stand already."), beside=True)
            st.button(_("Without the scenario"), on_click=address.choose, args=("scenario", ""))
    for fault in st.session_state.pop(_FAULTS, []):
        frame.warning(str(fault))
    without_hosts = CandidateSource.HOSTS in address.chosen("from") and not address.chosen("hosts")
    if without_hosts:
        frame.note(_asked_for_hosts())
    match refused:
        case None:
            pass
        case CostNotGiven():
            words = _("{what} is not given. Say beside the budget what a station costs, in the same unit.")
            frame.note(words.format(what=refused.fields["what"]))
        case NotGiven():
            if not (without_hosts and list(address.chosen("from")) == [CandidateSource.HOSTS]):
                frame.note(str(refused))
        case NoDemand() | TooManySites():
            frame.note(frame.spoken(refused))
        case _:
            frame.warning(frame.spoken(refused))
    if refused:
        with st.container(horizontal=True, key="offers"):
            _offer(refused)


def longer() -> None:
    """Offer to search longer."""
    limit = address.chosen("limit")
    if (more := min(2 * limit, siting_words.LONGEST_S)) > limit:
        words = _("Search for up to {seconds} s").format(seconds=more)
        st.button(words, key="search-longer", on_click=address.choose, args=("limit", more))


def _offer(refused: StationsError) -> None:
    """Offer to ask with an amount of which a refusal says that it can be, or without one of what cannot be together."""
    for name in can_be_left_out(refused):
        label = _("Without “{what}”").format(what=name_of(name))
        st.button(label, on_click=address.choose, args=(name, address.CHOICES[name].default), key=f"without-{name}")
    for source in sources_left_out(refused):
        label = _("Without “{what}”").format(what=source.label(current_language()))
        rest = [each for each in address.chosen("from") if each is not source]
        st.button(label, on_click=address.choose, args=("from", rest), key=f"without-{source.value}")
    if excluded_all(refused) and address.chosen("land"):
        st.button(_("Without the file of land"), on_click=siting_handing_in.drop, args=("land",), key="without-land")
    for source in sources_added(refused):
        label = _("Look at “{what}”, too").format(what=source.label(current_language()))
        more = [*address.chosen("from"), source]
        st.button(label, on_click=address.choose, args=("from", more), key=f"with-{source.value}")
    if isinstance(refused, NoneInTime):
        longer()
    wish = nearest_feasible(refused)
    if wish is None:
        return
    name, amount = wish
    words = {
        "sites": _("Ask for {amount} stations"),
        "budget": _("Ask with a budget of {amount}"),
        "share": _("Ask for {amount}%"),
        "floor": _("Ask for {amount}% in each district"),
        "grid": _("Ask with a grid of {amount} m"),
        "closest": _("Ask with {amount} m"),
    }
    text = siting_words.amount_text(amount)
    st.button(words[name].format(amount=text), on_click=address.choose, args=(name, amount), key="feasible")


def _asked_for_hosts() -> str:
    if address.settings().user.may(Right.EDIT):
        return _("The list of hosts is not there yet: hand it in below the map, under “Files”.")
    return _("The list of hosts is not there yet: whoever may edit the register can hand it in.")


def land(answer: Assessment) -> None:
    """Let land be outlined on the map, or handed in as a file, where nothing may be built; and a list of hosts."""
    outlines = address.chosen("outline")
    with st.container(horizontal=True, vertical_alignment="center", key="land"):
        for words, key, other in (
            (_("Outline land where nothing may be built"), DRAWING, PLACING),
            (_("Pin a place of your own on the map"), PLACING, DRAWING),
        ):
            st.toggle(words, key=key, on_change=lambda other=other: st.session_state.update({other: False}))
        if address.settings().user.may(Right.EDIT):
            with st.popover(_("Files")):  # before what comes and goes: it stays open when a file was handed in
                siting_handing_in.fields()
        if outlines:
            st.button(_("Take the last outline back"), on_click=lambda: address.choose("outline", outlines[:-1]))
        for name, words in (("hosts", _("Without the list of hosts")), ("land", _("Without the file of land"))):
            if address.chosen(name):
                st.button(words, on_click=siting_handing_in.drop, args=(name,))
    if left_out := file_of_land(answer).left_out:
        words = ngettext(
            "{count} small area of the file is not drawn; it counts all the same.",
            "{count} small areas of the file are not drawn; they count all the same.",
            left_out,
        )
        frame.note(words.format(count=f"{left_out:,}"))


def file_of_land(answer: Assessment) -> siting_files.ShownLand:
    """Return the land of the file that the address names, as the map shows it; nothing where it is not kept."""
    file = address.chosen("land")
    try:
        return siting_files.shown_land(address.settings(), file, bounds(answer.holdings)) if file else NO_LAND
    except StationsError:  # what is wanted says so
        return NO_LAND


def drawn(feature: dict[str, Any]) -> None:
    """Take over an outline that was drawn on the map."""
    try:
        (corners,) = feature["geometry"]["coordinates"]
        ring = siting_words.outlined([(float(lon), float(lat)) for lon, lat in corners[:-1]])
        address.choose("outline", siting_words.rings_from(siting_words.rings_text([*address.chosen("outline"), ring])))
    except StationsError as error:
        st.session_state[_FAULTS] = [error]


def placed(feature: dict[str, Any]) -> None:
    """Pin the place that was clicked on the map: a station is wanted there in any case."""
    try:
        lon, lat = feature["geometry"]["coordinates"]
        key = siting_words.placed(float(lon), float(lat))
        require_in_city(address.settings(), key)
        address.choose("pinned", siting_words.keys_from(siting_words.keys_text([*address.chosen("pinned"), key])))
        address.choose("site", key)
        st.session_state[PLACING] = False
    except StationsError as error:
        st.session_state[_FAULTS] = [error]
