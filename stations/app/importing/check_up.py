"""The part of the page 导入与体检 that examines the register as it is: what is odd, and in which record."""

from __future__ import annotations

import streamlit as st

from stations.app import address, frame
from stations.app.importing import findings
from stations.model.language import current_language
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.planning.importing.check_up import CheckUp, check_up_register
from stations.planning.register import revision

_KEPT = "check-up"


def draw(settings: Settings) -> None:
    """Show which records are examined, what was found, and the way to the record of the chosen finding."""
    names = {"station": _("Stations"), "base": _("Activity bases")}
    frame.switch(_("List"), names, key="kind")
    check = _examined(settings)
    row = findings.show(check)
    if row is not None and row in check.keys:
        key = check.keys[row]
        words = _("Open the record {number}").format(number=key)
        frame.link("register", frame.literal(words), selected=f"{check.kind}:{key}", record="1")


def _examined(settings: Settings) -> CheckUp:
    """Return what is found in the register, examined once for as long as it stays as it is."""
    asked = (settings, revision(settings), current_language(), address.chosen("kind"))
    kept = st.session_state.get(_KEPT)
    if kept is None or kept[0] != asked:
        with frame.working(_("Examining …")):
            kept = st.session_state[_KEPT] = (asked, check_up_register(settings, kind=address.chosen("kind")))
    found: CheckUp = kept[1]
    return found
