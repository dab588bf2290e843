"""Who looks at a page: looked up anew whenever a page or a button asks, so that an ended sign-in stops at once."""

from __future__ import annotations

import uuid

import streamlit as st

from stations.app.access.guard import token_in, user_with
from stations.model.accounts import Right, User
from stations.model.errors import StationsError
from stations.model.settings import Settings
from stations.planning.access.accounts import asks_for_sign_in, owner_of


def user() -> User:
    """Return who is signed in; without sign-in, whoever works on this machine. Raises `NotSignedIn`."""
    return user_with(token())


def token() -> str | None:
    """Return what the browser shows to be let in, if it shows anything."""
    return token_in(st.context.headers.get("Cookie", ""))


def visit() -> str:
    """Return what tells this visit from all others."""
    return str(st.session_state.setdefault("visit", uuid.uuid4().hex))


def owner() -> User | None:
    """Return who was signed in here, also when that is too long ago to do anything but keep what was typed."""
    settings = Settings.from_environment()
    return owner_of(settings, token())


def signs_in() -> bool:
    """Return whether people sign in here."""
    return asks_for_sign_in(Settings.from_environment())


def imports() -> bool:
    """Return whether the visitor may import lists: a page for it is of no use to anybody else."""
    try:
        return user().may(Right.IMPORT)
    except StationsError:
        return False


def manages() -> bool:
    """Return whether the visitor is signed in and manages accounts: a page for it is of no use to anybody else."""
    try:
        return signs_in() and user().may(Right.MANAGE)
    except StationsError:
        return False
