"""The form for one record. What is typed lives in the draft, not in the widgets: it survives reruns and other pages."""

from __future__ import annotations

import datetime as dt
import json
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from stations.app import address, atlas, frame, visitor
from stations.app.records import photos, week
from stations.model.errors import RegisterUnavailable, StationsError
from stations.model.language import current_language
from stations.model.language import gettext as _
from stations.model.reading import FIRST_YEAR
from stations.model.schema import Kind, fields
from stations.model.settings import Settings
from stations.model.vocabulary import CoordSource, Datum, FacilityState, Term, Tier
from stations.planning.access.accounts import NotSignedIn
from stations.planning.records import drafts, entering
from stations.planning.records.bulk import ONES_OWN, ORIGIN
from stations.planning.records.edit_tables import Told
from stations.planning.records.entry_fields import NOTES, Asked, offered, sections
from stations.planning.records.life_cycle import going_on
from stations.planning.register import city_of

_LOG = logging.getLogger(__name__)
_DRAFT = "draft"
_WIDE = {"facilities", "long", "hours"}
"""Answers that need the whole width; they come below the others of their section."""
_HALF = "hours"
"""What is kept beside a draft of opening hours that are not whole yet."""
_PLACE = ("lon", "lat", "datum")
_FIRST_DAY, _LAST_DAY = dt.date(FIRST_YEAR, 1, 1), dt.date(2100, 12, 31)
"""Between them a day can be chosen; a list may have brought one that is later."""
_STATES = ("", FacilityState.YES, FacilityState.NO, FacilityState.OUT_OF_ORDER)
"""What can be said of a facility; nothing, the first, is said of one that the draft does not name."""


def begin(kind: Kind, key: str | None = None) -> None:
    """Open the form for a new record, or for the one with this number."""
    draft = entering.Draft(kind, {}) if key is None else entering.draft_of(address.settings(), kind, key, values={})
    go_on(uuid.uuid4().hex, draft)


def begin_many(kind: Kind, keys: Sequence[str]) -> None:
    """Open the form for what several records are to be given alike."""
    go_on(uuid.uuid4().hex, entering.Draft(kind, {}))
    st.session_state[_DRAFT]["many"] = tuple(keys)


def go_on(submission: str, draft: entering.Draft, about: Mapping[str, Any] | None = None) -> None:
    """Open the form with what was entered before, and with what was answered about its save."""
    atlas.fly()
    answers = dict(about or {})
    kept = {"draft": draft, "filled": {}, "submission": submission, "many": (), "about": answers, "shown": {}}
    st.session_state[_DRAFT] = kept | {"tried": False}


def leave() -> None:
    """Close the form; what was typed is gone."""
    state = st.session_state.pop(_DRAFT, None)
    if state:
        with suppress(StationsError):  # nothing depends on it
            drafts.drop(address.settings(), state["submission"])


def closer() -> Callable[[Settings], None]:
    """Return what closes the form without asking for the visit, which may be looked at again elsewhere by then."""
    state, name = st.session_state[_DRAFT], submission()

    def close(settings: Settings) -> None:
        state.clear()
        with suppress(StationsError):  # nothing depends on it
            drafts.drop(settings, name)

    return close


def put_aside() -> None:
    """Close the form; what was typed is kept, and offered in the list."""
    st.session_state.pop(_DRAFT, None)


def renew(entered: entering.Draft) -> None:
    """Let the form be another one about `entered`: under its name something else was saved already."""
    state = st.session_state[_DRAFT]
    before, state["submission"] = state["submission"], uuid.uuid4().hex
    _hold(entered)
    with suppress(StationsError):  # what was typed after that save is kept under the new name
        drafts.drop(address.settings(), before)


def draft() -> entering.Draft | None:
    """Return what is being entered, if anything is."""
    state = st.session_state.get(_DRAFT)
    return state["draft"] if state else None


def begun() -> bool:
    """Return whether anything was entered, or a save was tried: until then nothing is said against an empty form."""
    state = st.session_state[_DRAFT]
    entered: entering.Draft = state["draft"]
    return bool(state["tried"] or entered.key or entered.values or entered.photos)


def tried() -> None:
    """Take down that the form is to be saved as it is: what is missing is said from now on."""
    st.session_state[_DRAFT]["tried"] = True


def many() -> tuple[str, ...]:
    """Return the numbers of the records that are corrected together; none where the form is about one."""
    keys: tuple[str, ...] = st.session_state[_DRAFT]["many"]
    return keys


def kept() -> Mapping[str, Any]:
    """Return what was answered about the save itself."""
    about: Mapping[str, Any] = st.session_state[_DRAFT]["about"]
    return about


def answer(about: Mapping[str, Any]) -> None:
    """Take over what was answered about the save, or is not whole yet, and keep it with the draft."""
    state = st.session_state[_DRAFT]
    state["about"] = {**state["about"], **about}
    _hold(state["draft"])


def submission() -> str:
    """Return what names this form, so that it is written once."""
    return str(st.session_state[_DRAFT]["submission"])


def show(entered: entering.Draft, remarks: Sequence[Told] = ()) -> None:
    """Show the fields of a draft in their sections, each with the `remarks` on it; only the first two stand open."""
    left_out = ONES_OWN | ORIGIN if many() else frozenset()
    for number, (title, asked) in enumerate(sections(entered.kind, left_out=left_out).items()):
        with st.expander(_(title), expanded=number < 2):
            if title in NOTES:
                st.caption(_(NOTES[title]))
            if "lon" in {field.name for field in asked}:
                _place(entered)
            narrow = [field for field in asked if field.answer not in _WIDE]
            for row in range(0, len(narrow), 3):
                for column, field in zip(st.columns(3), narrow[row : row + 3], strict=False):
                    with column:
                        _ask(entered, field, remarks)
            for field in asked:
                if field.answer in _WIDE:
                    _ask(entered, field, remarks)
    if not many():
        photos.section(entered, submission(), on_add=_add_photo, on_remove=_remove_photo)


def _ask(entered: entering.Draft, field: Asked, remarks: Sequence[Told]) -> None:
    """Show a field, and below it what is wrong or odd about its answer."""
    _MAKERS[field.answer](entered, field)
    for told in remarks:
        if told.field == field.name and told.severity != "note":
            frame.at_field(told.words, told.severity)


def _add_photo(digest: str) -> None:
    entered: entering.Draft = st.session_state[_DRAFT]["draft"]
    _hold(replace(entered, photos=tuple(dict.fromkeys((*entered.photos, digest)))))


def _remove_photo(digest: str) -> None:
    entered: entering.Draft = st.session_state[_DRAFT]["draft"]
    _hold(replace(entered, photos=tuple(each for each in entered.photos if each != digest)))


def _put(values: dict[str, str]) -> None:
    """Take values over into the draft; a place fills in district and union where nobody has typed others.

    Also where the register is away: what else it would say to them is left out then.
    """
    state = st.session_state[_DRAFT]
    entered: entering.Draft = state["draft"]
    settings = _settings()
    if settings and "status" in values:
        with suppress(RegisterUnavailable):
            entered = entering.with_status(settings, entered, values["status"])
    known = {**going_on(entered.values, values), **values}
    if settings and not values.keys().isdisjoint(_PLACE):
        known = {
            name: text for name, text in known.items() if not name.startswith("source_l") and name != "source_datum"
        }
        filled = entering.filled_by_place(settings, known)
        own = {name: text for name, text in filled.items() if known.get(name, "") in {"", state["filled"].get(name)}}
        state["filled"] = filled
        known |= own
    _hold(replace(entered, values=known))


def _hold(entered: entering.Draft) -> None:
    """Let the form be about this from now on, and keep it for when the page is gone."""
    state = st.session_state[_DRAFT]
    state["draft"] = entered
    if many():
        return  # what several are given is not kept beyond the visit: by then they may be others
    try:
        if owner := _settings() or _settings_of_the_owner():
            drafts.keep(owner, state["submission"], state["draft"], about=state["about"])
    except StationsError as error:  # it is still in the form
        _LOG.warning("A draft could not be kept: %s", error)


def _settings() -> Settings | None:
    """Return the settings of the visit; ``None`` when the sign-in has ended, or the register is away, meanwhile."""
    try:
        return address.settings()
    except (NotSignedIn, RegisterUnavailable):
        return None


def _settings_of_the_owner() -> Settings | None:
    """Return settings to keep a draft with, and for nothing else: the sign-in has grown too old."""
    owner = visitor.owner()
    return Settings.from_environment().having(user=owner) if owner else None


def _place(entered: entering.Draft) -> None:
    """Show the map, on which a click is the place, and the box for what a colleague has sent."""
    lon, lat = entering.place_of(entered.values)
    atlas.place_map(address.settings(), (lon, lat) if lon is not None and lat is not None else None, on_place=_clicked)
    st.text_input(
        _("Paste a map link or coordinates"),
        key="entry-paste",
        on_change=_pasted,
        help=_("Links of Amap, Baidu, Tencent, Tianditu and OpenStreetMap that hold coordinates, or two numbers."),
    )
    if several := st.session_state[_DRAFT].get("pasted"):
        words = _("More than one place may be meant. Choose one:")
        st.radio(words, several, index=None, key="entry-paste-which", format_func=_told, on_change=_chosen_of_several)
    if st.session_state.pop("entry-paste-refused", False):
        st.warning(_("No one place is named there. Paste a link that holds coordinates, or type them below."))


def _clicked(lon: float, lat: float) -> None:
    _put(
        {
            "lon": f"{lon:.6f}",
            "lat": f"{lat:.6f}",
            "datum": Datum.WGS84.value,
            "coord_source": CoordSource.MAP_CLICK.value,
        }
    )


def _pasted() -> None:
    found = entering.pasted(st.session_state["entry-paste"])
    st.session_state[_DRAFT]["pasted"] = found if len(found) > 1 else ()
    if len(found) == 1:
        _take_over(found[0])
    elif not found:
        st.session_state["entry-paste-refused"] = bool(st.session_state["entry-paste"])


def _chosen_of_several() -> None:
    st.session_state[_DRAFT]["pasted"] = ()
    _take_over(st.session_state["entry-paste-which"])


def _told(place: tuple[float, float, Datum | None]) -> str:
    lon, lat, datum = place
    return f"{lon}, {lat}" + (f" ({_named(datum)})" if datum else "")


def _take_over(place: tuple[float, float, Datum | None]) -> None:
    lon, lat, datum = place  # bare numbers name no datum: it has to be answered
    _put({"lon": str(lon), "lat": str(lat), "datum": datum.value if datum else "", "coord_source": ""})
    st.session_state["entry-paste"] = ""
    atlas.fly()


def _label(entered: entering.Draft, field: Asked) -> str:
    return fields(entered.kind)[field.name].label(current_language())


def _named(term: Term) -> str:
    return term.label(current_language())


def _keep(field: str, key: str, write: Callable[[Any], str]) -> None:
    _put({field: write(st.session_state[key])})


def shown(name: str, value: Any) -> tuple[str, Any]:
    """Return the key of the widget that shows a value under this name, and what it begins with.

    What a widget begins with is sent with every run. What it is told later is sent once, and is lost where the next run
    begins before it has gone out: the field would stand there empty, and be taken for emptied by the visitor. So where
    one is to show something else than stands in it, another one takes its place.
    """
    widgets: dict[str, tuple[str, Any]] = st.session_state[_DRAFT]["shown"]
    key, begun = widgets.get(name, ("", None))
    if not key or st.session_state.get(key, begun) != value:
        number = st.session_state["entry-widgets"] = st.session_state.get("entry-widgets", 0) + 1
        key, begun = widgets[name] = f"entry-{name}-{number}", value
    return key, begun


def _widget(
    entered: entering.Draft, field: Asked, value: Any, *, write: Callable[[Any], str]
) -> tuple[Any, dict[str, Any]]:
    """Return what the widget of a field begins with, and what every such widget is given."""
    key, begun = shown(field.name, value)
    return begun, {"label": _label(entered, field), "key": key, "on_change": partial(_keep, field.name, key, write)}


def _text(entered: entering.Draft, field: Asked, *, widget: Callable[..., Any] = st.text_input) -> None:
    example = _("unchanged") if many() else fields(entered.kind)[field.name].example
    begun, given = _widget(entered, field, entered.values.get(field.name, ""), write=str)
    widget(**given, value=begun, placeholder=example)


def _listed(entered: entering.Draft, field: Asked) -> None:
    known = entered.values.get(field.name) or None
    begun, given = _widget(entered, field, known, write=lambda text: text or "")
    options = list(dict.fromkeys([*offered(city_of(address.settings()), field.name), *filter(None, [begun])]))
    st.selectbox(
        **given,
        options=options,
        index=options.index(begun) if begun else None,
        accept_new_options=True,
        placeholder=_choose_or_type(),
        help=_("Choose one from the list, or type another and press Enter."),
    )


def _choose_or_type() -> str:
    return _("unchanged") if many() else _("choose or type")


def _day(entered: entering.Draft, field: Asked) -> None:
    text = entered.values.get(field.name, "")
    value = dt.date.fromisoformat(text) if text else None
    begun, given = _widget(entered, field, value, write=lambda day: day.isoformat() if day else "")
    latest = max(_LAST_DAY, begun or _LAST_DAY)
    st.date_input(**given, value=begun, min_value=_FIRST_DAY, max_value=latest, format="YYYY-MM-DD")


def _term(entered: entering.Draft, field: Asked) -> None:
    known = {term.value: term for term in field.options}.get(entered.values.get(field.name, ""))
    begun, given = _widget(entered, field, known, write=lambda term: term.value if term else "")
    index = field.options.index(begun) if begun else None
    st.selectbox(**given, options=field.options, index=index, format_func=_named, placeholder=_blank(field.name))


def _blank(field: str | None = None) -> str:
    """Return what an answer that is left empty means."""
    meant = _named(Tier.NONE) if field == "tier" else _("not known")
    return _("unchanged") if many() else meant


def _terms(entered: entering.Draft, field: Asked) -> None:
    chosen = json.loads(entered.values.get(field.name) or "[]")
    known = sorted((term for term in field.options if term.value in chosen), key=lambda term: chosen.index(term.value))
    begun, given = _widget(entered, field, known, write=lambda terms: json.dumps([term.value for term in terms]))
    blank, words = _blank(), None
    if field.name == "other_honours":  # none is a statement, as it is of the tier
        blank = _("none")
        words = _("Honours below its tier, which is the highest: each is awarded and withdrawn by itself.")
    st.multiselect(**given, options=field.options, default=begun, format_func=_named, placeholder=blank, help=words)


def _facilities(entered: entering.Draft, field: Asked) -> None:
    states = json.loads(entered.values.get(field.name) or "{}")
    for row in range(0, len(field.options), 3):
        for column, facility in zip(st.columns(3), field.options[row : row + 3], strict=False):
            state = next(state for state in _STATES if state == states.get(facility.value, ""))
            key, begun = shown(f"facility-{facility.value}", state)
            column.segmented_control(
                _named(facility),
                _STATES,
                default=begun,
                format_func=lambda state: _named(state) if state else _blank(),
                key=key,
                required=True,
                on_change=partial(_keep_facility, facility.value, key),
            )


def _keep_facility(facility: str, key: str) -> None:
    entered: entering.Draft = st.session_state[_DRAFT]["draft"]
    states = json.loads(entered.values.get("facilities") or "{}")
    state = st.session_state[key]
    states = {name: known for name, known in states.items() if name != facility} | (
        {facility: state.value} if state else {}
    )
    _put({"facilities": json.dumps(states) if states else ""})


def _hours(entered: entering.Draft, field: Asked) -> None:
    _text(entered, field)
    written = entered.values.get(field.name, "")
    week.table(
        written,
        half=kept().get(_HALF, ""),
        submission=submission(),
        on_text=lambda line: _tell_hours(field.name, line),
        on_half=lambda half: answer({_HALF: half}),
    )


def _tell_hours(field: str, line: str) -> None:
    _put({field: line})
    st.rerun(scope="fragment")


_MAKERS: dict[str, Callable[[entering.Draft, Asked], None]] = {
    "hours": _hours,
    "text": _text,
    "listed": _listed,
    "long": partial(_text, widget=st.text_area),
    "day": _day,
    "term": _term,
    "terms": _terms,
    "facilities": _facilities,
}
