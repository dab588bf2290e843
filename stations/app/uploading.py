"""A field for files: its words in the reader's language, and what the server keeps of what was handed in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from stations.model.language import gettext as _

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile


def field(place: str, *, add: str, limits: str, refused: str | None = None, **looks: Any) -> Any:
    """Show a field for files, its words in the reader's language: Streamlit's own are English only.

    `add` stands on its button, `limits` beside it, `refused` below what is no such file; `looks` are those of
    `st.file_uploader`.
    """
    words = {"add": add, "limits": limits, "refused": refused or _refused(limits)}
    given = "".join(f"--atlas-{name}: {json.dumps(text, ensure_ascii=False)};" for name, text in words.items())
    with st.container(key=f"file-{place}"):
        st.html(f"<style>.st-key-file-{place} {{{given}}}</style>")
        return st.file_uploader(add, label_visibility="collapsed", **looks)


def _refused(limits: str) -> str:
    return _("Not read. What can be read: {limits}.").format(limits=limits)


def forget(file: UploadedFile) -> None:
    """Let the server forget the file itself, which it would keep as long as the visit lasts."""
    context = get_script_run_ctx()
    manager: Any = context.uploaded_file_mgr if context else None
    if context and hasattr(manager, "remove_file"):  # that of the server in memory has it
        manager.remove_file(context.session_id, file.file_id)
