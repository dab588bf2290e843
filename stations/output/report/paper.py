"""The report on paper: a template and what fills it become a Word file and a page; an office's own template apart.

Such a template is a program in a small language, in a packed archive of XML: whatever it asks for, it is filled in in
a process of its own (`stations.model.apart`).
"""

from __future__ import annotations

import json
import pickle
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from stations.model.apart import module, run_apart
from stations.output.report.page import page
from stations.output.report.word import WRITE_OUT, filled, not_word, table_order

_COMMAND = module("stations.output.report.child")


@dataclass(frozen=True)
class Content:
    """What fills a template: `words` and `properties` as `word.filled` takes them, and what the page adds."""

    words: Mapping[str, Any]
    properties: Mapping[str, str]
    trace: str
    title: str
    language: str


class Paper(NamedTuple):
    """A report as a Word file and as a page, empty where nothing was to fill them, and the order of its tables."""

    docx: bytes
    page: bytes
    tables: list[str]


def paper(template: bytes, content: Content | None, *, name: str) -> Paper:
    """Return what a template called `name` becomes. Raises `BadFile` when it cannot be used."""
    tables = table_order(template, name=name)
    if content is None:
        return Paper(b"", b"", tables)
    docx = filled(template, content.words, name=name, properties=content.properties, trace=content.trace)
    html = page(docx, title=content.title, language=content.language, trace=content.trace)
    return Paper(docx, html, tables)


def paper_apart(template: bytes, content: Content | None, *, name: str) -> Paper:
    """Return what `paper` does, made in a process of its own. Raises `BadFile`, also where it takes too much."""
    given = pickle.dumps((template, content, name))
    with run_apart(_COMMAND, given, [], broken=not_word(name), smaller=WRITE_OUT) as output:
        made = json.load(output)
    return Paper(b64decode(made["docx"]), b64decode(made["page"]), made["tables"])
