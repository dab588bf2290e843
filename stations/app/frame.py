"""What stands around every page: title with its sentence, banners, language, words for what went wrong."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from html import escape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from stations.app import address, visitor
from stations.app.access.guard import ACCOUNT, LOGIN
from stations.model.errors import NoDemand, StationsError
from stations.model.language import current_language, listed, use_language
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.planning.access.accounts import NotSignedIn
from stations.planning.backups import damaged
from stations.planning.coverage.show import Figure
from stations.planning.publishing.downloads import provenance
from stations.planning.register import Holdings, writable

_LOG = logging.getLogger(__name__)
_STYLE = Path(__file__).parent / "style.css"
_LANGUAGES = {"zh_CN": "中文", "en": "English"}
_PAGES = "pages"
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")  # ASCII: what Markdown lets be escaped
_ABOUT = "about"


def dress() -> None:
    """Give every page its looks, also one that shows nothing but what went wrong."""
    st.html(_STYLE)


def open_page(pages: list[StreamlitPage]) -> None:
    """Run the page that the address asks for; every page's `top` links to all of `pages`."""
    st.session_state[_PAGES] = pages
    st.navigation(pages, position="hidden").run()


def top() -> None:
    """Show the links to the pages and the language switch: on every page, also where something goes wrong."""
    with st.container(horizontal=True, horizontal_alignment="distribute", key="frame"):
        _links()
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            _account()
            _language_switch()


def head(title: str, sentence: str, held: Holdings) -> None:
    """Show the page's title, the sentence that answers its question, and the banners."""
    st.session_state[_ABOUT] = provenance(held, sentence)
    st.html(f"<h1>{escape(title)}</h1><p class='atlas-sentence'>{escape(sentence)}</p>{_banners(held)}")
    if refused := address.refused():
        words = _("The address asks for what is not offered ({parts}); the usual is shown instead.")
        note(words.format(parts=listed(f"{name}={text[:40]}" for name, text in refused.items())))


def about() -> str:
    """Return what the tables of the page say of themselves when they leave it."""
    return str(st.session_state[_ABOUT])


@contextmanager
def working(words: str) -> Iterator[None]:
    """Say what takes its time while it does; what is quick shows nothing."""
    with st.spinner(words, show_time=True):
        yield


def _links() -> None:
    """Link to every page with what is chosen now: the address changes once, so that "back" is one press.

    Streamlit's own navigation empties the address first, and hides in a menu where the window is narrow.
    """
    with st.container(horizontal=True, width="content", key="pages"):
        for page in st.session_state[_PAGES]:
            st.page_link(page, query_params=address.written(), width="content")


def link(to: str, words: str, **choices: str) -> None:
    """Link to the page at a path with what is chosen now, and with other choices beside it, as an address says them."""
    page = next(each for each in st.session_state[_PAGES] if each.url_path == to)
    st.page_link(page, label=words, query_params=address.written() | choices, width="content")


def go(to: str) -> None:
    """Go on at the page at a path, with what is chosen now."""
    page = next(each for each in st.session_state[_PAGES] if each.url_path == to)
    st.switch_page(page, query_params=address.written())


def _account() -> None:
    """Say who is signed in, with the way to his account."""
    with suppress(StationsError):  # the page below tells what is wrong
        if visitor.signs_in():
            user, language = visitor.user(), current_language()
            words = escape(f"{user.name} · {user.role.label(language)}")
            st.html(f"<a class='atlas-account' href='{ACCOUNT}?lang={language}'>{words}</a>")


def _language_switch() -> None:
    if st.session_state.get("lang") is None:
        st.session_state["lang"] = current_language()
    switch(_("Language"), _LANGUAGES, key="lang")


def _banners(held: Holdings) -> str:
    shown = []
    if held.demonstration:
        shown.append(("demo", _("Demonstration data"), _("The stations and bases shown are made up.")))
    if not writable(Settings.from_environment()):
        shown.append(("demo", _("Read only"), _("The register cannot be written; nothing can be saved now.")))
    if damaged(Settings.from_environment()):
        words = _("The register is not as it was written. Run: python -m stations check")
        shown.append(("demo", _("Damaged"), words))
    if not visitor.signs_in():
        shown.append(("open", _("No sign-in"), _("The app answers on this machine only.")))
    spans = (f"atlas-{kind}'><b>{escape(name)}</b> {escape(words)}" for kind, name, words in shown)
    return "".join(f"<span class='atlas-banner {span}</span>" for span in spans)


def figures(row: list[Figure]) -> None:
    """Show a row of key figures; each says on hover what it counts."""
    for column, figure in zip(st.columns(len(row)), row, strict=True):
        column.metric(figure.label, figure.value, help=figure.counts, border=True)


def note(words: str, *, beside: bool = False) -> None:
    """Show quiet words, `beside` a button no wider than they are.

    A file or a profile may have a part in them, so they are escaped, never read as markup.
    """
    st.html(f"<p class='atlas-note'>{escape(words)}</p>", width="content" if beside else "stretch")


def caution(words: str) -> None:
    """Show what may be wrong and keeps nothing from being done; escaped like a note."""
    st.html(f"<p class='atlas-caution'>{escape(words)}</p>")


def first(reason: str, more: str) -> None:
    """Show the first of the reasons against something in one line, with how many `more` there are; escaped."""
    st.html(f"<p class='atlas-first'><span>{escape(reason)}</span> {escape(more)}</p>")


def at_field(words: str, severity: str) -> None:
    """Show what is to be said of the field above; escaped like a note."""
    st.html(f"<p class='atlas-at-field atlas-{severity}'>{escape(words)}</p>")


def success(words: str) -> None:
    """Show what was done; escaped like a note, and brought into sight: a page that grew shorter may stand anywhere."""
    st.html(
        f"<p class='atlas-done' role='status'>{escape(words)}</p>"
        "<script>document.querySelector('.atlas-done').scrollIntoView({block: 'nearest'})</script>",
        width="content",
        unsafe_allow_javascript=True,
    )


def done(words: str) -> None:
    """Show what was done where it was asked for; escaped like a note."""
    st.html(f"<p class='atlas-done' role='status'>{escape(words)}</p>")


def warning(words: str) -> None:
    """Show what keeps something from being done; escaped like a note."""
    st.html(f"<div class='atlas-fault' role='alert'>{escape(words)}</div>")


def literal(words: str) -> str:
    """Return words as a label shows them as they are: Streamlit reads labels as Markdown."""
    return _PUNCTUATION.sub(r"\\\g<0>", words)


def switch(label: str, names: Mapping[str, str], *, key: str) -> None:
    """Show in one row, without a word before it, what is to be chosen from: value → name."""
    st.segmented_control(
        label,
        list(names),
        format_func=names.__getitem__,
        key=key,
        required=True,
        label_visibility="collapsed",
    )


def footer() -> None:
    """Show what the figures rest on."""
    st.caption(_("District outlines are good to about 350 m; the recorded district counts."))


@contextmanager
def telling_faults() -> Iterator[None]:
    """Show what went wrong as a sentence with a remedy, and log it."""
    try:
        yield
    except NotSignedIn as error:
        warning(str(error))
        here = f"{urlsplit(st.context.url or '/').path}?{urlencode(address.written())}"
        words = _("Sign in")
        wish = urlencode({"next": here, "lang": current_language()})
        st.html(f"<a class='atlas-account' href='{LOGIN}?{wish}'>{escape(words)}</a>")
    except StationsError as error:
        _LOG.warning("%s: %s", type(error).__name__, error.fields)
        _fault(spoken(error))
    except Exception:  # noqa: BLE001 - what nobody foresaw: Streamlit itself would tell it in English only
        _LOG.exception("A page could not be drawn.")
        _fault(_("This page could not be drawn; nothing was changed. The log of the server says why."))


def spoken(error: StationsError) -> str:
    """Return an error in words for whoever stands at a page: what a command takes as an option, others can give."""
    if isinstance(error, NoDemand):
        words = _(
            "There is no population data for {city}, so nobody can be counted. Ask whoever runs this app for a file of "
            "points with people (the setting STATIONS_DEMAND)."
        )
        return words.format(city=error.fields["city"])
    return str(error)


def told(error: Exception) -> bool:
    """Show what went wrong before a page could be run, in what a button or a field sets off; always ``True``.

    Streamlit asks this of every error that nothing has caught, and would itself show it in English, and nothing else.
    What was entered stays, and trying again runs the page. The links lead away: nobody is locked in.
    """
    use_language(address.language())
    dress()
    if st.session_state.get(_PAGES):
        _links()
    with telling_faults():
        raise error
    return True


def _fault(words: str) -> None:
    warning(words)
    st.button(_("Try again"), on_click=_again)


def _again() -> None:
    """Go back to the usual choices, one of which may be what is wrong, and keep all else that was entered.

    A browser forgets what stands in a field that is off the page; only what is set anew is sent to it again.
    """
    for name in ("city", "on", "since", "selected", *address.QUESTION):
        address.choose(name, address.CHOICES[name].default)
    for key, value in st.session_state.items():
        if (isinstance(value, str | int | float | dt.date) and not isinstance(value, bool)) or _is_choice(value):
            st.session_state[key] = value


def _is_choice(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
