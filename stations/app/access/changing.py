"""What makes and changes accounts on their page, and what is said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import cast

import streamlit as st

from stations.app import address, frame
from stations.model.accounts import Role, User
from stations.model.errors import StationsError
from stations.model.language import current_language
from stations.model.language import gettext as _
from stations.planning.access import account_tables, accounts

_SAID, _MADE = "accounts-said", "accounts-made"


def said() -> None:
    """Show what the last change came to."""
    if st.session_state.get(_SAID):
        frame.note(st.session_state[_SAID]())


def add() -> None:
    """Show the form for a new account."""
    with st.form("account-new", clear_on_submit=True):
        st.text_input(_("Name of the new account"), key="account-name", max_chars=60)
        _role("account-role")
        _union("account-union")
        st.form_submit_button(_("Make the account"), on_click=_done, args=(_made,), type="primary")


def change(known: dict[str, User], closed: set[str]) -> None:
    """Show what changes an account, once one is chosen: never one's own, whose sign-in would end with it."""
    with st.expander(_("Change an account")):
        name = st.selectbox(
            _("Account"),
            list(known),
            index=None,
            key="account-chosen",
            placeholder=_("to be chosen"),
            help=_("Your own is changed by another administrator; its password at the top right, under your name."),
        )
        if name not in known:
            return
        _role(f"account-role-{name}", known[name].role)
        _union(f"account-union-{name}", known[name].union)
        with st.container(horizontal=True):
            st.button(_("Give role and union"), on_click=_done, args=(partial(_changed, name),))
            if name in closed:
                st.button(_("Open again"), on_click=_done, args=(partial(_told, accounts.open_account, name),))
            else:
                st.button(_("Close"), on_click=_done, args=(partial(_told, accounts.close_account, name),))
            st.button(_("New password"), on_click=_done, args=(partial(_password, name),))


def _role(key: str, present: Role = Role.VIEWER) -> None:
    language, roles = current_language(), list(Role)
    st.selectbox(_("Role"), roles, index=roles.index(present), format_func=lambda role: role.label(language), key=key)


def _union(key: str, present: str | None = None) -> None:
    names = account_tables.unions(address.settings())
    codes = list(names)
    index = codes.index(present) if present in names else None
    st.selectbox(_("Union"), codes, index=index, format_func=names.__getitem__, placeholder=_("all"), key=key)


def _done(act: Callable[[], Callable[[], str]]) -> None:
    """Do what a button asks for, and keep what to say about it: a callback does not speak the visitor's language."""
    try:
        st.session_state[_SAID] = act()
    except StationsError as error:
        st.session_state[_SAID] = partial(str, error)


def _made() -> Callable[[], str]:
    name, role, union = (st.session_state[f"account-{part}"] for part in ("name", "role", "union"))
    before, told = st.session_state.get(_MADE, (None, None))
    if told and name.strip() in {"", before}:  # pressed twice: the password stays in sight
        return cast("Callable[[], str]", told)
    password = accounts.add_account(address.settings(), name, role, union=union, now=_now())
    words = partial(account_tables.password_in_words, name, password)
    st.session_state[_MADE] = name.strip(), words
    return words


def _changed(name: str) -> Callable[[], str]:
    role, union = (st.session_state[f"account-{part}-{name}"] for part in ("role", "union"))
    return _told(partial(accounts.change_account, role=role, union=union), name)


def _told(act: Callable[..., None], name: str) -> Callable[[], str]:
    act(address.settings(), name, now=_now())
    return lambda: _("The account {name} is changed.").format(name=name)


def _password(name: str) -> Callable[[], str]:
    password = accounts.new_password(address.settings(), name, now=_now())
    return partial(account_tables.password_in_words, name, password)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
