"""Files handed in for a proposal, a list of hosts and land to keep clear: each field says what came of its own.

What is said stays beside its field until another file is given there, or what was taken over is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from stations.app import address, frame, uploading
from stations.model.errors import StationsError
from stations.model.language import current_language, use_language
from stations.model.language import gettext as _
from stations.model.siting import CandidateSource
from stations.model.vocabulary import Datum
from stations.planning.siting import files as siting_files

_FIELDS, _LAYERS = "siting-fields", "siting-layers"
_SAID = "siting-said-{name}"
"""What came of the last file of a field: its words, and whether it was refused."""


def fields() -> None:
    """Show the fields for a list of hosts and for land, each with what came of its last file below it."""
    language = current_language()
    st.selectbox(
        _("Datum of the list of hosts"),
        list(Datum),
        index=None,
        format_func=lambda datum: datum.label(language),
        placeholder=_("as its rows say"),
        key="hosts-datum",
    )
    _field("hosts", _("List of hosts: name, place, cost"), siting_files.HOST_FILES)
    barriers = _("Barriers: areas where nothing may be built (water, railways, subsidence)")
    _field("land", barriers, siting_files.LAND_FILES)


def drop(name: str) -> None:
    """Do without a file that was handed in."""
    address.choose(name, None)
    st.session_state.pop(_SAID.format(name=name), None)
    if name == "hosts":
        address.choose("from", [each for each in address.chosen("from") if each is not CandidateSource.HOSTS])


def _field(name: str, add: str, kinds: tuple[str, ...]) -> None:
    most = siting_files.MOST_BYTES // 1024**2
    key = f"siting-{name}-{st.session_state.setdefault(_FIELDS, 0)}"
    with st.container(key=f"handed-{name}"):
        uploading.field(
            f"siting-{name}",
            add=add,
            limits=_("{types}, up to {most} MB").format(types=" ".join(kinds), most=most),
            type=[kind.removeprefix(".") for kind in kinds],
            max_upload_size=most,
            key=key,
            on_change=_take,
            args=(name, key),
        )
        words, refused = st.session_state.get(_SAID.format(name=name), (None, False))
        if words is not None:
            (frame.warning if refused else frame.done)(words())
        if name == "land":
            _layers()


def _layers() -> None:
    """Ask for the layer of a file of land that has several."""
    if waiting := st.session_state.get(_LAYERS):
        st.selectbox(
            _("Layer of the file"),
            waiting["layers"],
            index=None,
            placeholder=_("to be chosen"),
            key="siting-layer",
            on_change=_take_layer,
        )


def _say(name: str, words: Callable[[], str], *, refused: bool = False) -> None:
    st.session_state[_SAID.format(name=name)] = words, refused


def _taken(file: str) -> str:
    return _("Taken over: {file}").format(file=file)


def _take(name: str, field: str) -> None:
    """Take over what stands in a field for files, which is empty again afterwards."""
    file = st.session_state[field]
    if file is None:
        return
    st.session_state[_FIELDS] += 1
    use_language(address.language())  # the words of a refusal come from another process
    content = file.getvalue()
    uploading.forget(file)
    if name == "land":
        st.session_state.pop(_LAYERS, None)
        _keep_land(content, file.name)
    else:
        _keep_hosts(content, file.name)


def _keep_hosts(content: bytes, name: str) -> None:
    """Take over a list of hosts; their places are looked at, too."""
    datum = st.session_state.get("hosts-datum")
    try:
        address.choose("hosts", siting_files.keep_hosts(address.settings(), content, name, datum=datum))
    except StationsError as error:
        _say("hosts", partial(str, error), refused=True)
        return
    address.choose("from", list(dict.fromkeys([*address.chosen("from"), CandidateSource.HOSTS])))
    _say("hosts", partial(_taken, name))


def _keep_land(content: bytes, name: str, layer: str | None = None) -> None:
    """Take over land in a file; where it has several layers, one of them is asked for."""
    try:
        address.choose("land", siting_files.keep_land(address.settings(), content, name, layer=layer))
    except StationsError as error:
        _say("land", partial(str, error), refused=True)
        if layers := error.fields.get("sheets"):
            st.session_state[_LAYERS] = {"content": content, "name": name, "layers": layers}
        return
    st.session_state.pop(_LAYERS, None)
    _say("land", partial(_taken, name))


def _take_layer() -> None:
    use_language(address.language())
    waiting, layer = st.session_state[_LAYERS], st.session_state["siting-layer"]
    if layer is not None:
        _keep_land(waiting["content"], waiting["name"], layer)
