"""A field for files: its words in the reader's language, and what the server keeps of what was handed in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile


def speak(key: str, **words: str) -> None:
    """Give the style sheet the words of the field in the container of `key`: Streamlit's own are English only.

    `add` stands on the button, `limits` beside it, `refused` below what is no such file.
    """
    given = "".join(f"--atlas-{name}: {json.dumps(text, ensure_ascii=False)};" for name, text in words.items())
    st.html(f"<style>.st-key-{key} {{{given}}}</style>")


def forget(file: UploadedFile) -> None:
    """Let the server forget the file itself, which it would keep as long as the visit lasts."""
    context = get_script_run_ctx()
    manager: Any = context.uploaded_file_mgr if context else None
    if context and hasattr(manager, "remove_file"):  # that of the server in memory has it
        manager.remove_file(context.session_id, file.file_id)
