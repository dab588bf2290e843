"""The list that was handed in, kept while the visit lasts: the file, what was decided, and what it would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from stations.app import address, frame, picking, uploading
from stations.app.records import saving
from stations.model.choices import AS_IT_IS, Choices
from stations.model.errors import StationsError
from stations.model.language import current_language, ngettext, use_language
from stations.model.language import gettext as _
from stations.model.schema import Kind
from stations.model.vocabulary import Datum
from stations.planning.importing import import_tables
from stations.planning.importing.check_up import CheckUp, check_up
from stations.planning.importing.import_file import FILES, MOST_BYTES, ImportPlan, confirm_import, plan_table, uploaded
from stations.planning.importing.template import template
from stations.planning.register import revision

_KEPT, _PLAN, _FIELDS = "import", "import-plan", "import-fields"


def is_there() -> bool:
    """Return whether a list was handed in."""
    return _KEPT in st.session_state


def table() -> Any:
    """Return the table in the list (`RawTable`); ``None`` before it was read, or where it cannot be."""
    return st.session_state[_KEPT]["table"] if is_there() else None


def kind() -> Kind:
    """Return what the rows of the list are."""
    chosen: Kind = st.session_state[_KEPT]["kind"]
    return chosen


def choices() -> Choices:
    """Return what was decided about the list."""
    decided: Choices = st.session_state[_KEPT]["choices"]
    return decided


def decide(**decisions: Any) -> None:
    """Decide something about the list, named as in `Choices`; of what was decided before, the rest stays."""
    st.session_state[_KEPT]["choices"] = replace(choices(), **decisions)


def plan() -> ImportPlan:
    """Return what the list would do, worked out once for as long as nothing changes that it depends on.

    Raises `StationsError` where it cannot be read, or what was decided cannot be.
    """
    kept, settings = st.session_state[_KEPT], address.settings().now()
    if kept["fault"]:
        raise kept["fault"]
    if kept["table"] is None:
        _read(kept)
    about: Mapping[str, Any] = {name: kept[name] for name in ("kind", "datum", "choices")}
    asked = (settings, revision(settings), current_language(), dict(about))
    found = st.session_state.get(_PLAN)
    if found is None or found[0] != asked:
        with frame.working(_("Examining …")):
            found = st.session_state[_PLAN] = (asked, plan_table(settings, kept["table"], **about))
    planned: ImportPlan = found[1]
    return planned


def check() -> CheckUp:
    """Return what was found in the list when `plan` was worked out."""
    return check_up(table(), plan())


def lacks_datum(planned: ImportPlan) -> bool:
    """Return whether rows are refused because nobody has said which datum their coordinates are in."""
    return st.session_state[_KEPT]["datum"] is None and any(each.column is None for each in planned.rejected)


def correct(findings: Sequence[Any]) -> None:
    """Take over the corrections of some findings."""
    fixes = {(each.row, header): text for each in findings for header, text in each.fix.items()}
    decide(edits={**choices().edits, **fixes})


def corrections() -> None:
    """Show how many cells are read otherwise than they stand in the file, and the way back."""
    count = len(choices().edits)
    if not count:
        return
    words = ngettext(
        "{count} cell is corrected here, not in the file.", "{count} cells are corrected here, not in the file.", count
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        frame.note(words.format(count=f"{count:,}"), beside=True)
        st.button(_("Read them as they stand"), on_click=decide, kwargs={"edits": {}})


def _read(kept: dict[str, Any]) -> None:
    """Read the file, and keep why it cannot be read: it is not tried again, unless another sheet of it may be."""
    try:
        with frame.working(_("Reading …")), address.aside():
            kept["table"] = uploaded(kept["data"], kept["name"])
    except StationsError as error:
        kept |= {"fault": error, "data": kept["data"] if "sheets" in error.fields else b""}
        raise


def controls() -> None:
    """Show the field for a file, or what there is to say about the one that is there."""
    if not is_there():
        _field()
        return
    kept = st.session_state[_KEPT]
    with st.container(key="controls"):
        name, rows, datum, other = st.columns([6, 5, 5, 3], vertical_alignment="bottom")
    name.html(f"<p class='atlas-count'>{escape(kept['name'])}</p>")
    if table() is not None:
        with rows:
            _kind()
        with datum:
            _datum(kept["datum"])
    other.button(_("Another file"), on_click=drop, width="stretch")


def _field() -> None:
    number, most = st.session_state.setdefault(_FIELDS, 0), MOST_BYTES // 1024**2
    uploading.field(
        "import",
        add=_("Choose a list"),
        limits=_("CSV, Excel, GeoJSON, GeoPackage, zipped Shapefile or KML, up to {most} MB").format(most=most),
        type=[suffix.removeprefix(".") for suffix in FILES],
        max_upload_size=most,
        key=f"import-file-{number}",
        on_change=_take,
        args=(number,),
    )
    _templates()


def _templates() -> None:
    """Offer the workbooks to fill in."""
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    names: dict[Kind, str] = {"station": _("Template for stations"), "base": _("Template for activity bases")}
    with st.container(horizontal=True, vertical_alignment="center"):
        frame.note(_("No list yet? Fill in a workbook with drop-downs:"), beside=True)
        for each, label in names.items():
            picking.download(partial(template, kind=each), name=f"{each}s.xlsx", label=label, mime=workbook)


def _take(number: int) -> None:
    file = st.session_state[f"import-file-{number}"]
    st.session_state[_FIELDS] = number + 1
    if file is not None:
        uploading.forget(file)
        kept = {"name": file.name, "data": file.getvalue(), "table": None, "fault": None}
        st.session_state[_KEPT] = kept | {"kind": address.chosen("kind"), "datum": None, "choices": AS_IT_IS}


def _kind() -> None:
    names = {"station": _("Stations"), "base": _("Activity bases")}
    st.session_state["import-kind"] = kind()
    st.segmented_control(
        _("The rows are"),
        list(names),
        format_func=names.__getitem__,
        key="import-kind",
        required=True,
        on_change=_keep_kind,
    )


def _keep_kind() -> None:
    """Take over what the rows are; what was decided is about records of the other kind no longer."""
    own = Choices(sheet=choices().sheet, header_row=choices().header_row)
    st.session_state[_KEPT] |= {"kind": st.session_state["import-kind"], "choices": own}


def _datum(chosen: Datum | None) -> None:
    st.session_state["import-datum"] = chosen
    st.selectbox(
        _("Datum of the coordinates"),
        list(Datum),
        index=None,
        format_func=lambda datum: datum.label(current_language()),
        key="import-datum",
        placeholder=_("as each row says"),
        on_change=_keep_datum,
        help=_("Ask whoever made the list. A wrong datum moves every station by half a kilometre or more."),
    )


def _keep_datum() -> None:
    st.session_state[_KEPT]["datum"] = st.session_state["import-datum"]


def where() -> None:
    """Let the visitor say in which sheet the list is, and in which row its headers, where that may be another."""
    chosen, sheets, header_row = _whereabouts()
    if not (sheets or header_row):
        return
    sheet, row, _rest = st.columns([5, 3, 8], vertical_alignment="bottom")
    if len(sheets) > 1:
        st.session_state["import-sheet"] = chosen
        sheet.selectbox(_("Sheet"), list(sheets), key="import-sheet", on_change=_read_anew, args=("sheet",))
    if header_row:
        st.session_state["import-header_row"] = header_row
        row.number_input(
            _("Row of the headers"), 1, 1000, key="import-header_row", on_change=_read_anew, args=("header_row",)
        )


def _whereabouts() -> tuple[str | None, Sequence[str], int]:
    """Return the sheet that was read or refused, the sheets there are, and the row of the headers (0: none)."""
    if (read := table()) is not None:
        return read.sheet, read.sheets, read.header_row
    fault = st.session_state[_KEPT]["fault"]
    sheets: Sequence[str] = fault.fields.get("sheets", ()) if fault else ()
    row = fault.fields.get("header_row", choices().header_row or 1) if fault else 0
    return (fault.fields["sheet"], sheets, row) if fault and sheets else (None, (), 0)


def _read_anew(part: str) -> None:
    """Read the file with another sheet or row of headers; what was decided was about other rows."""
    kept, (sheet, sheets, _row) = st.session_state[_KEPT], _whereabouts()
    chosen = Choices(**{"sheet": sheet if len(sheets) > 1 else None, part: st.session_state[f"import-{part}"]})
    use_language(address.language())  # the words of a refusal come from another process
    try:
        kept |= {"table": uploaded(kept["data"], kept["name"], choices=chosen), "choices": chosen, "fault": None}
    except StationsError as error:
        if kept["table"] is None:
            kept |= {"fault": error, "choices": chosen}
        else:  # what was read before stays
            saving.tell(partial(str, error))


def confirm(planned: ImportPlan) -> None:
    """Write what the list would do, and let go of it."""
    try:
        outcome = confirm_import(address.settings().now(), planned)
    except StationsError as error:
        saving.tell(partial(str, error))
        return
    drop()
    count = len(planned.added), len(planned.changed)
    words = partial(import_tables.imported_in_words, planned.file, *count, revision=outcome.revision)
    saving.tell(words, revision=outcome.revision)


def drop() -> None:
    """Let go of the list, and of what was decided about it."""
    st.session_state.pop(_KEPT, None)
    st.session_state.pop(_PLAN, None)
