"""Several records corrected together: the form asks what all of them are to be given, a preview says what that does."""

from __future__ import annotations

from functools import partial

import streamlit as st

from stations.app import address, frame, picking
from stations.app.records import form, saving, week
from stations.model.language import gettext as _
from stations.model.language import ngettext
from stations.planning.records import edit_tables
from stations.planning.records.bulk import BulkPlan, confirm_bulk, plan_bulk
from stations.planning.records.entering import Draft, UnknownRecord

REASONS_SHOWN = 8
"""Lines about records that cannot be corrected; the table below tells of the others."""


def entry(entered: Draft) -> None:
    """Show the form for what the chosen records are to be given, and the preview."""
    keys = form.many()
    words = ngettext("{count} record is corrected. ", "{count} records are corrected together. ", len(keys))
    frame.note(words.format(count=f"{len(keys):,}") + _("What is left empty stays as it is."))
    left, right = st.columns([13, 7], gap="medium")
    with left:
        form.show(entered)
    with right:
        try:
            plan = plan_bulk(address.settings(), entered.kind, keys, values=entered.values)
        except UnknownRecord as error:  # somebody has taken it out meanwhile
            frame.warning(str(error))
            st.button(_("Discard"), on_click=form.leave)
        else:
            _preview(plan, entered)
    saving.again()


def _preview(plan: BulkPlan, entered: Draft) -> None:
    counted, *reasons = edit_tables.bulk_in_words(plan)
    frame.note(counted)
    for words in reasons[:REASONS_SHOWN]:
        frame.warning(words)
    if plan.changed:
        picking.plain_table(edit_tables.change_table(plan.kind, plan.before, plan.changed))
    against = [] if plan.changed else [counted]
    if not week.whole(form.submission()):
        frame.warning(week.torn_in_words())
        against.append(week.torn_in_words())
    saving.about()
    with saving.saving(against):
        words = ngettext("Save {count} record", "Save {count} records", len(plan.changed))
        st.button(
            words.format(count=f"{len(plan.changed):,}"),
            on_click=partial(saving.later, partial(_save, plan, entered)),
            disabled=bool(against),
            type="primary",
        )
        st.button(_("Discard"), on_click=form.leave)


def _save(plan: BulkPlan, previewed: Draft) -> None:
    """Save what the preview of a draft showed, unless something was typed since, which nobody has seen there."""
    entered = form.draft()
    if entered is None:  # the button was pressed twice
        return
    if entered != previewed:
        saving.tell(lambda: _("What is entered has changed since the preview. Look at the preview again, then save."))
        return
    written = saving.write(lambda settings: confirm_bulk(settings, plan, saving.act("bulk"), since=saving.since()))
    if written is None:
        return
    revision, before, after = written
    words = partial(
        edit_tables.many_saved_in_words,
        len(plan.changed),
        revision=revision,
        before=before,
        after=after,
        radius_m=address.chosen("radius"),
    )
    saving.tell(words, revision=revision)
