"""Page 账号: who may sign in, what each may do, and what was done; for administrators only."""

from __future__ import annotations

import streamlit as st

from stations.app import address, frame, picking
from stations.app.access import changing
from stations.model.language import gettext as _
from stations.planning.access import account_tables, accounts
from stations.planning.register import holdings

LINES = 500


@address.part
def page() -> None:
    """Draw the page."""
    frame.top()
    with frame.telling_faults():
        settings = address.settings()
        known = accounts.accounts(settings)
        sentence = _("Who may sign in, and what each may do. Passwords are known to their owners alone.")
        frame.head(_("Accounts"), sentence, holdings(settings.now()))
        changing.said()
        left, right = st.columns([13, 7], gap="medium")
        with left:
            picking.plain_table(account_tables.account_table(settings, known))
        with right:
            changing.add()
            others = [each for each in known if each.name != settings.user.name]
            changing.change(
                {each.name: each.user for each in others}, {each.name for each in others if not each.active}
            )
        st.subheader(_("What was done"))
        table = account_tables.audit_table(accounts.audit(settings, at_most=LINES))
        picking.whole_table(table, name="audit")
