"""Ways to choose a record other than on the map: searching, and the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from math import ceil
from typing import Any

import streamlit as st

from stations.app import address, atlas, frame, visitor
from stations.app.access.guard import user_with
from stations.model import numbers
from stations.model.city import City
from stations.model.errors import BadChoice
from stations.model.language import current_language
from stations.model.language import gettext as _
from stations.model.schema import Kind
from stations.model.settings import Settings
from stations.model.vocabulary import GapOrder, Tier
from stations.planning.publishing import downloads, export
from stations.planning.questions import radius_from, today
from stations.planning.records import listing
from stations.planning.records.movements import counted_stations
from stations.planning.register import Holdings

PAGE_ROWS = 100
"""Rows of a list that are sent at a time, so that choosing something stays quick however long the list is."""

_ROWS_IN_SIGHT = 8
"""Rows of a table that fit into its height; one with fewer is no higher than they are."""

_ROW_PX = 35
"""How high Streamlit draws a row of a table, and its header."""

_SENTENCE_PX, _SENTENCE_ROW_PX = 340, 92
"""How wide a column of sentences is, and how high its rows are: a reason is read whole, also on a phone."""

FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2099, 12, 31)

MIMES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "kml": "application/vnd.google-earth.kml+xml",
}
"""The formats of lists by the endings of their files."""

_FORMATS = {"xlsx": "Excel", "geojson": "GeoJSON", "gpkg": "GeoPackage", "kml": "KML"}

_REFUSED = "radius-refused"


def search(held: Holdings) -> None:
    """Show a search box; what is chosen from its finds is selected, and the map flies there."""
    text = st.text_input(
        _("Search"),
        key="search",
        placeholder=_("Name, number or address"),
        type="search",
        on_change=partial(_choose_only_hit, held),
        label_visibility="collapsed",
    )
    if not text:
        return
    if st.session_state.get("search-hit") != address.chosen("selected"):  # something else was chosen since
        st.session_state["search-hit"] = None
    found = {(kind, key): name for kind, key, name in listing.search(held, text)}
    if not found:
        st.caption(_("Nothing has these words in its name, number or address. Try fewer words."))
        return
    st.selectbox(
        _("{count} found").format(count=len(found)),
        list(found),
        index=None,
        format_func=lambda hit: f"{found.get(hit, '')}  {hit[1]}",
        placeholder=_("Choose from {count} results").format(count=len(found)),
        key="search-hit",
        on_change=_choose_hit,
        label_visibility="collapsed",
    )


def _choose_only_hit(held: Holdings) -> None:
    """Choose what is found, where nothing else is."""
    found = [(kind, key) for kind, key, _name in listing.search(held, st.session_state["search"])]
    if len(found) == 1:
        address.choose("selected", found[0])
        st.session_state["search-hit"] = found[0]
        atlas.fly()


def _choose_hit() -> None:
    hit = st.session_state.get("search-hit")
    if hit is not None:
        address.choose("selected", hit)
        atlas.fly()


def record_table(held: Holdings, kind: Kind, *, keys: Sequence[str]) -> None:
    """Show the records with `keys`; choosing a row selects it on the map, and a selection there is marked here."""
    selected = address.chosen("selected")
    position = keys.index(selected[1]) if selected and selected[0] == kind and selected[1] in keys else None
    first = first_row(kind, position, count=len(keys))
    shown = keys[first : first + PAGE_ROWS]
    row = position - first if position is not None and first <= position < first + PAGE_ROWS else None
    table = listing.record_list(held, kind, keys=shown)
    chosen_row(
        table,
        row=row,
        key=f"{kind}-list-{first}",
        on_row=lambda number: choose(kind, shown[number]),
        on_none=partial(address.choose, "selected", None),
    )
    below(held, kind, keys=keys)


def below(held: Holdings, kind: Kind, *, keys: Sequence[str]) -> None:
    """Show what stands below a list of records: its pages, and its downloads."""
    if len(keys) > PAGE_ROWS:
        st.pagination(ceil(len(keys) / PAGE_ROWS), key=f"{kind}-list-page")
    whole = partial(listing.list_csv, held=held, kind=kind, keys=keys)
    with st.container(horizontal=True):
        download(whole, name=f"{kind}s", label=_("Download the list (CSV)"))
        with st.popover(_("Other formats")):
            frame.note(_("The records with all their columns; they can be imported again."))
            for ending, label in _FORMATS.items():
                name = f"{kind}s.{ending}"
                made = partial(export.record_file, held=held, kind=kind, keys=keys, name=name)
                download(made, name=name, label=label, mime=MIMES[ending])


def first_row(kind: Kind, position: int | None, *, count: int) -> int:
    """Return the first row of the page of the list: the one with a place newly chosen, else the one turned to."""
    page, followed = f"{kind}-list-page", f"{kind}-list-followed"
    turned_to = st.session_state.get(page, 1)
    if position is not None and position != st.session_state.get(followed):
        turned_to = position // PAGE_ROWS + 1
    st.session_state[followed] = position
    st.session_state[page] = min(turned_to, ceil(count / PAGE_ROWS))
    return int(st.session_state[page] - 1) * PAGE_ROWS


def chosen_row(
    table: Any,
    *,
    row: int | None,
    key: str,
    on_row: Callable[[int], Any],
    on_none: Callable[[], Any] | None = None,
    wide: str = "",
    in_sight: int = _ROWS_IN_SIGHT,
) -> None:
    """Show a table of which one row can be chosen; `row` is the chosen one, and it may be let go of again.

    The column `wide` has room for sentences; so many rows are `in_sight`, the others after scrolling.

    One that was chosen elsewhere comes first, where it is in sight; one that is chosen here stays where it is.
    """
    kept = st.session_state.setdefault(f"{key}-kept", {"row": None, "first": None})
    if row != kept["row"]:
        kept |= {"row": row, "first": row}
    first = kept["first"] if kept["first"] is not None and kept["first"] < len(table) else None
    order = [number for number in range(len(table)) if number != first]
    order = order if first is None else [first, *order]

    def changed() -> None:
        rows = st.session_state[name]["selection"]["rows"]
        if rows:
            kept["row"] = order[rows[0]]
            on_row(order[rows[0]])
        elif on_none is not None:
            kept["row"] = None
            on_none()

    name = f"{key}-{first}"
    st.dataframe(
        table.iloc[order],
        key=name,
        on_select=changed,
        selection_mode="single-row",
        selection_default=None if first is None else {"selection": {"rows": [0]}},
        height=_ROW_PX * (in_sight + 1) + 5 if len(table) > in_sight else "auto",
        column_config=_numbers(table) | ({wide: st.column_config.Column(width="large")} if wide else {}),
        placeholder=_("not known"),
    )


def plain_table(table: Any, *, sentences: str = "") -> None:
    """Show a table that is only read; the column `sentences` is wrapped."""
    columns = _numbers(table)
    if not sentences:
        st.dataframe(table, column_config=columns, placeholder=_("not known"))
        return
    st.dataframe(
        table,
        column_config=columns | {sentences: st.column_config.TextColumn(width=_SENTENCE_PX)},
        row_height=_SENTENCE_ROW_PX,
        height=_SENTENCE_ROW_PX * min(len(table), _ROWS_IN_SIGHT) + _ROW_PX + 5,
        placeholder=_("not known"),
    )


def whole_table(table: Any, *, name: str) -> None:
    """Show a table that is only read, with its download."""
    plain_table(table)
    table_download(table, name=name)


def table_download(table: Any, *, name: str, about: str | None = None) -> None:
    """Offer a table as a file that says what it is of: `about`, else what the page tells."""
    told = downloads.told(
        table, frame.about() if about is None else about
    )  # now: a download is put together in another thread, which speaks no language
    download(partial(downloads.table_file, table=told, name=name), name=name, label=_("Download the table (CSV)"))


def _numbers(table: Any) -> dict[str, Any]:
    """Return how the columns with numbers are shown: with thousands separators, and as many decimals each."""
    columns = {name: numbers.decimals(table[name], header=name) for name in table.select_dtypes("number").columns}
    if table.index.name and table.index.dtype.kind in "iuf":
        columns[table.index.name] = numbers.decimals(table.index)
    return {
        name: st.column_config.NumberColumn(format="localized", step=10.0**-decimals)
        for name, decimals in columns.items()
    }


def tiers(held: Holdings) -> None:
    """Let the visitor choose the tiers that are shown, each with the number of its stations."""
    numbers, language = counted_stations(held)["tier"].value_counts(), current_language()
    st.pills(
        _("Tiers"),
        list(Tier),
        selection_mode="multi",
        format_func=lambda tier: f"{tier.label(language)} {numbers.get(tier, 0)}",
        key="tiers",
    )


def union(city: City, label: str, *, key: str, all_of_them: str, **looks: Any) -> None:
    """Let the visitor choose one of the city's unions, or none."""
    names = {each.code: each.label(current_language()) for each in city.unions}
    st.selectbox(
        label,
        list(names),
        index=None,
        format_func=lambda code: names.get(code, code),
        placeholder=all_of_them,
        key=key,
        disabled=not names,
        **looks,
    )


def choose(kind: Kind, key: str) -> None:
    """Choose a record, and fly there."""
    address.choose("selected", (kind, key))
    atlas.fly()


def choose_gap(gap: str) -> None:
    """Choose a gap by its number, and fly there."""
    address.choose("gap", gap)
    atlas.fly()


def gap_order() -> None:
    """Let the visitor choose what the gaps are listed by."""
    language = current_language()
    st.segmented_control(
        _("Most first by"),
        list(GapOrder),
        format_func=lambda order: order.label(language),
        key="ranking",
        required=True,
        help=_("Gaps keep the number that the map shows: the rank by people. Distance is that to the nearest station."),
    )


def download(make: Callable[[Settings], bytes], *, name: str, label: str, mime: str = "text/csv", **looks: Any) -> None:
    """Offer a file that is put together when somebody asks for it, and is still signed in then.

    `name` is that of a table without its ending, or that of any other file with it.
    """
    settings, known = address.settings(), visitor.token()

    def handed() -> bytes:
        return make(replace(settings, user=user_with(known)))

    file_name = f"{name}.csv" if mime == "text/csv" else name
    st.download_button(label, data=handed, file_name=file_name, mime=mime, on_click="ignore", **looks)


def day(name: str, label: str, *, latest: dt.date | None = None) -> None:
    """Let the visitor choose a day until today (or `latest`) for one part of the view; empty is none."""
    chosen = address.chosen(name)  # an address may name a day before the first or after the latest
    st.date_input(
        label,
        key=name,
        min_value=min(filter(None, (FIRST_DAY, chosen))),
        max_value=max(filter(None, (latest or today(), chosen))),
        format="YYYY-MM-DD",
        help=_("The register as it was at the end of that day, as far as it is known now. Empty: as it is."),
    )


def date(name: str, label: str, *, about: str) -> None:
    """Let the visitor choose any date, also one to come."""
    chosen = address.chosen(name)
    st.date_input(
        label,
        key=name,
        min_value=min(filter(None, (FIRST_DAY, chosen))),
        max_value=max(filter(None, (LAST_DAY, chosen))),
        format="YYYY-MM-DD",
        help=about,
    )


def radius(city: City) -> None:
    """Let the visitor choose a service radius: a preset with its source, or any number of metres."""
    language, chosen = current_language(), address.chosen("radius")
    presets = {preset.radius_m: preset.label(language) for preset in city.presets}
    st.session_state["radius-box"] = chosen  # also after "back", or when what was typed is refused
    st.selectbox(
        _("Service radius"),
        sorted({*presets, chosen}),
        format_func=lambda metres: presets.get(metres, numbers.stated(metres)),
        accept_new_options=True,
        placeholder=_("Type a number of metres from 1 to 100,000."),
        key="radius-box",
        on_change=_choose_radius,
        help=_("Choose a distance, or type a number of metres. 1,000 m: 15 minutes at 60 m/min (GB 50180-2018)."),
    )
    if st.session_state.get(_REFUSED):
        frame.warning(_("Type a number of metres from 1 to 100,000."))


def _choose_radius() -> None:
    wish = st.session_state["radius-box"]
    try:
        address.choose("radius", radius_from(str(wish)))
    except BadChoice:
        st.session_state[_REFUSED] = True
        return
    st.session_state[_REFUSED] = False
    address.choose("gap", None)
