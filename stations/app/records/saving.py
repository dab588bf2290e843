"""How a draft is judged, the button that saves it, and the one that takes it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from stations.app import address, card, frame, picking
from stations.app.records import form, week
from stations.model.acts import Act
from stations.model.errors import SavedAlready, StationsError
from stations.model.language import gettext as _
from stations.model.schema import Kind, dump
from stations.model.settings import Settings
from stations.model.vocabulary import Status
from stations.planning.questions import today
from stations.planning.records import conflict, drafts, edit, edit_tables, entering, listing
from stations.planning.records.conflict import Conflict, Side
from stations.planning.records.photos import of_record
from stations.planning.records.undo import ChangedSince, undo
from stations.planning.register import holdings

Written = TypeVar("Written")

_SAID = "entry-said"
"""What the last save came to: how to say it (a visitor's callback does not speak his language), how to undo it."""
_WISH = "entry-wish"
"""What a button has asked for, and is not done yet."""


def later(act: Callable[[], None]) -> None:
    """Let what a button asks for be done when the page is run: all that was typed before is taken over by then."""
    st.session_state[_WISH] = act


def carry_out(aside: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
    """Do what a button has asked for; somebody else may be writing, and that it is waited for is said.

    `aside` lets others have the turn meanwhile. Times of the week that are not taken over yet come first, see `again`.
    """
    act: Callable[[], None] | None = st.session_state.get(_WISH)
    if act is None or (form.draft() and week.behind(form.submission())):
        return
    with frame.working(_("Saving. Where somebody else is writing, that has to come to an end first.")), aside():
        try:
            act()
        except Exception:  # it would fail with every run
            del st.session_state[_WISH]
            raise
        del st.session_state[_WISH]


def again() -> None:
    """Run the page once more where something is still to be carried out."""
    if _WISH in st.session_state:
        st.rerun()


def begin(kind: Kind, key: str | None = None) -> None:
    """Open the form, or say why it cannot be opened: somebody may have taken the record out."""
    try:
        form.begin(kind, key)
    except StationsError as error:
        tell(partial(str, error))


def buttons() -> None:
    """Show the buttons that open an empty form."""
    with st.container(horizontal=True):
        st.button(_("New station"), on_click=partial(begin, "station"), type="primary")
        st.button(_("New activity base"), on_click=partial(begin, "base"))


def unfinished() -> None:
    """Show what the visitor has begun to enter and neither saved nor discarded."""
    for begun in drafts.unfinished(address.settings()):
        with st.container(horizontal=True, vertical_alignment="center"):
            frame.note(edit_tables.unfinished_in_words(begun), beside=True)
            again = partial(form.go_on, begun.submission, begun.draft, begun.about)
            st.button(_("Go on with it"), key=f"go-on-{begun.submission}", on_click=again)
            st.button(_("Discard"), key=f"drop-{begun.submission}", on_click=_drop, args=(begun.submission,))


def _drop(submission: str) -> None:
    with suppress(StationsError):
        drafts.drop(address.settings(), submission)


def verdict(judged: entering.Checked, remarks: Sequence[edit_tables.Told]) -> None:
    """Show how the draft is judged, with the `remarks` on it, and the buttons."""
    for told in remarks:
        _SHOWN[told.severity](told.words)
    against = [told.words for told in remarks if told.severity == "error"]
    if refused := edit.refused_save(address.settings(), judged):
        frame.warning(str(refused))
        against.append(str(refused))
    if not week.whole(form.submission()):
        frame.warning(week.torn_in_words())
        against.append(week.torn_in_words())
    if judged.near and not _other(judged):
        against.append(edit_tables.near_in_words(judged)[0])
    gone = _others(judged.draft, against)
    about()
    with saving(against):
        ready = not against and (judged.record is not None or not form.begun())
        st.button(_("Save"), on_click=partial(later, _save), disabled=not ready, type="primary")
        if gone:
            st.button(_("Back to the list"), on_click=form.put_aside)
        st.button(_("Discard"), on_click=form.leave)


def _others(draft: entering.Draft, against: list[str]) -> bool:
    """Show what others have done to the record since it was opened; return whether they have taken it out."""
    try:
        between = conflict.conflict_of(address.settings(), draft)
    except entering.UnknownRecord:
        words = edit_tables.taken_out_in_words(draft)
        frame.warning(words)
        against.append(words)
        return True
    if between:
        _both_versions(between)
        against.append(edit_tables.conflict_in_words(between.theirs))
    return False


_SHOWN = {"error": frame.warning, "warning": frame.caution, "note": frame.note}


def _other(judged: entering.Checked) -> bool:
    """Show what may be the same place, with both cards side by side; return whether it is another."""
    for words in edit_tables.near_in_words(judged):
        frame.caution(words)
    held = holdings(address.settings().now())
    for hit in judged.near[:2]:
        place = judged.draft.kind, hit.key
        found = listing.card(held, *place)
        if found and judged.record:
            mine = listing.card_of(judged.draft.kind, dump(judged.record))
            card.beside(mine, found, key=f"near:{hit.key}", pictures=of_record(held, *place))
    return st.checkbox(_("It is another place"), key=_another(judged))


def _another(judged: entering.Checked) -> str:
    """Return the key of the box that says that a draft is none of those that may be the same place."""
    return "-".join(["entry-another", form.submission(), *(hit.key for hit in judged.near)])


@contextmanager
def saving(against: Sequence[str]) -> Iterator[None]:
    """Put the buttons of a form where they are at hand, on a phone with the first reason `against` the save."""
    with st.container(horizontal=True, key="save"):
        if against:
            more = _("({count} more)").format(count=len(against) - 1) if len(against) > 1 else ""
            frame.first(against[0], more)
        yield


def about() -> None:
    """Ask since when it has been so, under which document, and why."""
    st.subheader(_("This entry in the history"), anchor=False)
    st.caption(_("What this change rests on. It stands in the history only, not on the card."))
    st.date_input(
        _("Since when"),
        **_answered("since"),
        min_value=picking.FIRST_DAY,
        max_value=today(),
        format="YYYY-MM-DD",
        help=_("The day from which it has been so: of an honour, the day of its award. Empty: as the dates above say."),
    )
    st.text_input(_("Number of the document behind it"), **_answered("document"), max_chars=200)
    st.text_input(_("Reason, for the history"), **_answered("why"), max_chars=2000)


_ABOUT: Mapping[str, str | None] = {"since": None, "document": "", "why": ""}
"""What is asked about a save, and what it holds before it is answered."""


def _answered(name: str) -> dict[str, Any]:
    """Return what a widget about the save is given."""
    key, begun = form.shown(name, form.kept().get(name, _ABOUT[name]))
    return {"key": key, "value": begun, "on_change": partial(_keep_about, name, key)}


def _keep_about(name: str, key: str) -> None:
    form.answer({name: st.session_state[key]})


def act(what: str) -> Act:
    """Return who saves, and what was answered to `about`."""
    why, document_no = (form.kept().get(name) or None for name in ("why", "document"))
    return replace(plain_act(what), why=why, document_no=document_no, submission=form.submission())


def plain_act(what: str) -> Act:
    """Return who does something that takes no form."""
    return Act(what, who=address.settings().user.name)


def since() -> dt.date | None:
    """Return since when it has been so, where that was answered."""
    day: dt.date | None = form.kept().get("since")
    return day


def _go_on(found: Conflict, chosen: Mapping[str, Side]) -> None:
    """Go on with both versions and all that was entered by now, unless that brings something new to be chosen."""
    mine = form.draft()
    now = found if mine is None else replace(found, mine=mine)
    if chosen.keys() >= set(now.contested):
        form.go_on(form.submission(), now.together(chosen), form.kept())


def _both_versions(found: Conflict) -> None:
    """Show what was entered beside what somebody else has saved meanwhile, and let them be put together."""
    frame.warning(edit_tables.conflict_in_words(found.theirs))
    chosen = {part: side for part in found.contested if (side := _choice(found, part))}
    picking.plain_table(conflict.conflict_table(found, chosen))
    with st.container(horizontal=True):
        st.button(
            _("Go on with both"),
            on_click=partial(later, partial(_go_on, found, chosen)),
            disabled=len(chosen) < len(found.contested),
            help=_("What only one of you has changed is kept; what both have changed is as you choose above."),
        )
        st.button(
            _("Begin again with what is there now"),
            on_click=form.go_on,
            args=(form.submission(), found.theirs, form.kept()),
        )


def _choice(found: Conflict, part: str) -> Side | None:
    """Let the visitor choose one of two versions of a part that both have changed."""
    sides: dict[Side, str] = {"theirs": conflict.told(found.theirs, part), "mine": conflict.told(found.mine, part)}
    side: Side | None = st.selectbox(
        _("Both changed: {field}").format(field=frame.literal(conflict.label(found.mine, part))),
        list(sides),
        index=None,
        placeholder=_("to be chosen"),
        format_func=lambda side: sides[side] or _("nothing"),
        key=f"conflict-{found.theirs.version}-{part}",
    )
    return side


def _save() -> None:
    """Save what is entered by now: also what was typed right before the button was pressed."""
    entered = form.draft()
    if entered is None:  # it was pressed twice
        return
    if not form.begun():
        form.tried()
        return
    try:
        judged = entering.checked(address.settings(), entered)
    except StationsError as error:
        tell(partial(str, error))
        return
    if not week.whole(form.submission()):
        tell(week.torn_in_words)
        return
    if judged.near and not st.session_state.get(_another(judged)):
        tell(lambda: edit_tables.near_in_words(judged)[0])
        return
    written = write(lambda settings: edit.save(settings, judged, act("form"), since=since()))
    if written is None:
        return
    saved, before, after = written
    address.choose("selected", (judged.draft.kind, saved.key))
    radius_m, planned = address.chosen("radius"), judged.draft.values.get("status") == Status.PLANNED
    words = partial(edit_tables.saved_in_words, saved, before, after, radius_m=radius_m, planned=planned)
    tell(words, revision=saved.revision)


def write(save: Callable[[Settings], Written]) -> tuple[Written, float | None, float | None] | None:
    """Save what is in the form and close it; return what came of it, and the people covered before and after.

    What keeps it from being saved is said on the page, and the form stays open.
    """
    radius_m, close = address.chosen("radius"), form.closer()
    try:
        settings = address.settings()
        before = edit.people_covered(settings, radius_m=radius_m)
        saved = save(settings)
        close(settings)  # at once: who leaves the page ends this where the visit is looked at next
        after = edit.people_covered(settings, radius_m=radius_m)
    except SavedAlready as error:
        _save_again(error)
        return None
    except StationsError as error:
        tell(partial(str, error))
        return None
    return saved, before, after


def _save_again(refused: SavedAlready) -> None:
    """Say that another tab has saved the form, and let what is entered here be compared with that, and saved."""
    if entered := form.draft():
        form.renew(entered if form.many() else entering.after_all(address.settings(), entered, act("form")))
    tell(partial(str, refused))


def tell(
    words: Callable[[], str], *, revision: int | None = None, done: bool = False, way: Callable[[], None] | None = None
) -> None:
    """Keep what is to be said on the page, in whatever language it will speak; a revision is done, and can be undone.

    What is neither is what kept it from being done; then a `way` may take the rest of a revision back all the same.
    """
    if revision is not None:
        done, way = True, partial(take_back, revision)
    st.session_state[_SAID] = words, way, done


def said() -> None:
    """Show what the last save came to, in the language of now, and let it be undone."""
    words, way, done = st.session_state.get(_SAID, (None, None, False))
    if words is None:
        return
    if done and form.draft():  # that was about the form before
        del st.session_state[_SAID]
        return
    if not done:
        frame.warning(words())
        if way is not None:
            st.button(_("Take back the others"), on_click=partial(later, partial(_once, way)))
        return
    with st.container(horizontal=True, vertical_alignment="center", key="done"):
        frame.success(words())
        if way is not None:
            st.button(_("Undo"), on_click=partial(later, partial(_once, way)))


def _once(way: Callable[[], None]) -> None:
    """Go a way that is still offered: its button may have been pressed twice."""
    if st.session_state.get(_SAID, (None, None, False))[1] is way:
        way()


def take_back(revision: int, *, others: bool = False) -> None:
    """Undo a whole revision, or what nobody changed since, and keep what is to be said of it."""
    try:
        undo(address.settings(), revision, act=plain_act("undo"), others=others)
    except ChangedSince as error:
        tell(partial(str, error), way=partial(take_back, revision, others=True))
    except StationsError as error:
        tell(partial(str, error))
    else:
        tell(lambda: _("Undone."), done=True)
