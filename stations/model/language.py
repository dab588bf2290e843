"""The words people read, in their language.

Messages are English sentences in the code and Chinese sentences in ``stations/locale/zh_CN/LC_MESSAGES/stations.po``.
The catalogue is compiled in memory, so that the ``.po`` file is the only copy.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal, get_args

Language = Literal["zh_CN", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "zh_CN"
CATALOGUES = Path(__file__).parents[1] / "locale"

_current: ContextVar[Language] = ContextVar("language", default=DEFAULT_LANGUAGE)


@cache
def _catalogue(language: Language) -> _gettext.NullTranslations:
    path = CATALOGUES / language / "LC_MESSAGES" / "stations.po"
    if not path.exists():  # English is what the code says
        return _gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def as_language(text: str | None) -> Language:
    """Return the offered language that `text` names, or Chinese when it names none.

    Accepts the forms browsers and people use: ``en``, ``en-GB``, ``zh``, ``zh-CN``, ``zh_CN``.
    """
    return "en" if (text or "").lower().startswith("en") else DEFAULT_LANGUAGE


def is_language(text: str) -> bool:
    """Return whether `text` names an offered language, in a form that `as_language` reads."""
    return text.lower().startswith(("zh", "en"))


def use_language(language: Language) -> None:
    """Speak `language` from here on in this thread or task."""
    _current.set(language)


@contextmanager
def as_before() -> Iterator[None]:
    """Speak again, afterwards, what was spoken before: something in between speaks another language."""
    token = _current.set(_current.get())
    try:
        yield
    finally:
        _current.reset(token)


def current_language() -> Language:
    """Return the language spoken in this thread or task."""
    return _current.get()


def gettext(message: str) -> str:
    """Return `message` in the current language; an unknown message comes back as it is."""
    return _catalogue(_current.get()).gettext(message) if message else ""  # the empty one heads the catalogue


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a message that fits `count`, in the current language."""
    return _catalogue(_current.get()).ngettext(singular, plural, count)


def listed(parts: Iterable[str], language: Language | None = None) -> str:
    """Return the parts of a list as one text in `language`, by default the current one: ``a, b`` or ``a、b``."""
    return (", " if (language or _current.get()) == "en" else "、").join(parts)


def sentences(parts: Iterable[str]) -> str:
    """Return whole sentences as one text in the current language: a space between them, in Chinese none."""
    return (" " if _current.get() == "en" else "").join(parts)


def mark(message: str) -> str:
    """Name a message for the catalogue without translating it yet (for constants)."""
    return message
