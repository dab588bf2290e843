"""Photos in the form: looked at, added and removed one by one, whatever else is being typed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from stations.app import address, card, frame, uploading
from stations.model.errors import StationsError
from stations.model.language import gettext as _
from stations.model.photos import MAX_BYTES, MOST
from stations.planning.records.entering import Draft
from stations.planning.records.photos import pictures, take_in

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

OnPhoto = Callable[[str], None]

_TYPES = ["jpg", "jpeg", "png", "webp"]
"""What a browser offers to choose, and into what a telephone turns its own format; the content is judged later."""

_KEPT = "photos"


def section(entered: Draft, submission: str, *, on_add: OnPhoto, on_remove: OnPhoto) -> None:
    """Show the photos of a draft with what adds and removes them; each is told by its digest."""
    kept = st.session_state.get(_KEPT, {})
    if kept.get("submission") != submission:  # another form
        kept = st.session_state[_KEPT] = {"submission": submission, "field": 0, "read": set(), "refused": []}
    with st.expander(_("Photos"), expanded=True), st.container(key="photos"):
        _show(entered, on_remove)
        if len(entered.photos) < MOST:
            _ask(entered, kept, on_add)
        else:
            st.caption(_("A record has at most {most} photos.").format(most=MOST))
        for refused in kept["refused"]:
            frame.warning(refused())


def _show(entered: Draft, on_remove: OnPhoto) -> None:
    if not entered.photos:
        return
    with st.container(horizontal=True):
        found = pictures(address.settings().city, entered.photos)
        for number, (digest, picture) in enumerate(zip(entered.photos, found, strict=True), start=1):
            with st.container(width="content"):
                st.html(card.small(picture, number))
                words = _("Remove photo {number}").format(number=number)
                st.button(words, key=f"photo-{digest}", on_click=on_remove, args=(digest,))


def _ask(entered: Draft, kept: dict[str, Any], on_add: OnPhoto) -> None:
    """Show the field that takes files, and take in those that are in it; then the field is empty again."""
    most = MAX_BYTES // 1024**2
    limits = _("JPEG, PNG or WebP, up to {most} MB each").format(most=most)
    refused = _("Not added. What can be added: {limits}. If it is that, try again.").format(limits=limits)
    files = uploading.field(
        "photos",
        add=_("Add photos"),
        limits=limits,
        refused=refused,
        type=_TYPES,
        accept_multiple_files=True,
        max_upload_size=most,
        key=f"photos-{kept['submission']}-{kept['field']}",
    )
    if not files:
        return
    if not kept["read"]:
        kept["refused"] = []
    room = MOST - len(entered.photos)
    for number, file in enumerate(files, start=1):
        with st.spinner(_("Photo {number} of {count} is being read.").format(number=number, count=len(files))):
            if file.file_id not in kept["read"]:  # something else on the page may have begun this anew
                _take(file, kept, on_add if number <= room else None)
    kept |= {"field": kept["field"] + 1, "read": set()}
    st.rerun()


def _take(file: UploadedFile, kept: dict[str, Any], on_add: OnPhoto | None) -> None:
    """Take in one file, or keep in words why not."""
    try:
        if on_add is None:
            kept["refused"].append(partial(_no_room, file.name))
        else:
            on_add(take_in(address.settings(), file.getvalue(), file.name))
    except StationsError as error:
        kept["refused"].append(partial(str, error))
    kept["read"].add(file.file_id)
    uploading.forget(file)


def _no_room(name: str) -> str:
    return _("{file} was not added: a record has at most {most} photos.").format(file=name, most=MOST)
