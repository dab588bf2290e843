"""The Word report: a template, filled in. What people typed is text in it and never a template (escaped, one pass)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from typing import Any
from xml.sax.saxutils import escape
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import nsdecls
from docx.shared import Mm
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateAssertionError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import listed, mark
from stations.model.packed import require_harmless
from stations.output.report import template as looks
from stations.output.report.parts import Picture, Table, ems, header, is_number, texts
from stations.output.traces import with_words

_WIDTH = round(looks.TEXT_MM[0] / 25.4 * 1440)
_PADDING = 250  # twentieths of a point: the margins of a cell, and its border
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
    for side, size in (("top", 8), ("left", 4), ("bottom", 8), ("right", 4), ("insideH", 4), ("insideV", 4))
)
_TABLE_TAG = re.compile(r"\{\{p\s*tables\.(\w+)\s*\}\}")
_IN_TEXT = re.compile(r"<w:t(?: [^>]*)?>[^<]*?\{\{[^{}<]*?\b(?P<of>tables|figures)\.(?P<name>\w+)\s*\}\}")
"""A table or a picture that is asked for within the text of a paragraph, whose place it would take."""
_NO_SUCH = re.compile(r"(?:unknown tag|[Nn]o (?:filter|test) named) '(\w+)'")
_NOT_CLOSED = re.compile(r"needs to be closed is '(\w+)'")
_DC = "http://purl.org/dc/elements/1.1/"
WRITE_OUT = mark("Write out the template and edit it in Word.")
_SHOWN_AT_MOST = 160
_TOGETHER = 20
"""Rows of a table that is not divided between pages."""


class _UnknownTag(TemplateAssertionError):
    """A template names what there is not: `name`; `known` is what it may name instead."""

    def __init__(self, name: str, known: Iterable[str], line: int) -> None:
        super().__init__(name, line)
        self.known = list(known)

    def words(self, tag: str) -> str:
        """Return what is wrong, and what may stand there."""
        return _("there is no tag “{tag}”; the tags are {known}").format(tag=tag, known=listed(self.known))


class _NoText(TemplateAssertionError):
    """A tag stands where it cannot be put into the text; `instead` is how to write it."""

    def __init__(self, name: str, instead: str, line: int) -> None:
        super().__init__(name, line)
        self.instead = instead

    def words(self, tag: str) -> str:
        """Return what is wrong, and what may stand there."""
        return _("“{tag}” is no text that can stand here; write {instead}").format(tag=tag, instead=self.instead)


class _Sandbox(SandboxedEnvironment):
    """A sandbox that escapes, refuses names that are not there, and remembers what it was given."""

    source = ""
    intercepted_binops = frozenset({"*", "**", "%"})
    """What makes much of little: an uploaded template may not fill the memory."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.words = words
        for name in ("center", "indent", "format"):
            self.filters.pop(name)

    def call_binop(self, _context: Any, operator: str, *_sides: Any) -> Any:
        """Refuse an operator. Raises `SecurityError`."""
        raise SecurityError(f"the operator {operator} is unsafe here")

    def from_string(self, source: Any, *given: Any, **named: Any) -> Any:
        """Compile a template, and remember its text for what may be said about it.

        Raises `_UnknownTag`, `_NoText`.
        """
        self.source = str(source)
        parsed = self.parse(self.source)
        self._require_known(parsed)
        self._require_text(parsed)
        return super().from_string(source, *given, **named)

    def _require_known(self, parsed: nodes.Template) -> None:
        """Look at every name, whatever the conditions around it come to in this report."""
        unknown = find_undeclared_variables(parsed) - self.words.keys()
        for each in parsed.find_all(nodes.Name):
            if each.name in unknown:
                raise _UnknownTag(each.name, self.words, each.lineno)
        for part in parsed.find_all(nodes.Getattr):
            of = part.node.name if isinstance(part.node, nodes.Name) else ""
            inside = self.words.get(of)
            if isinstance(inside, Mapping) and part.attr not in inside:
                raise _UnknownTag(f"{of}.{part.attr}", (f"{of}.{name}" for name in inside), part.lineno)

    def _require_text(self, parsed: nodes.Template) -> None:
        """Look at what is put out: neither several things together, nor a table within the text of a paragraph."""
        for output in parsed.find_all(nodes.Output):
            for each in output.nodes:
                if isinstance(each, nodes.Name) and (instead := _instead(each.name, self.words.get(each.name))):
                    raise _NoText(each.name, instead, each.lineno)
        for tag in _IN_TEXT.finditer(self.source):
            if isinstance(self.words.get(tag["of"], {}).get(tag["name"]), _TableBlock | _PictureBlock):
                name = f"{tag['of']}.{tag['name']}"
                raise _NoText(
                    name,
                    _("{tag} alone in its paragraph").format(tag=f"{{{{p {name} }}}}"),
                    self.source.count("\n", 0, tag.end()) + 1,
                )


def _instead(name: str, value: Any) -> str | None:
    """Return how to write a tag that is no text by itself; ``None`` for one that is."""
    if isinstance(value, Mapping):
        return listed(f"{name}.{each}" for each in value) if value else ""
    if isinstance(value, list):
        return f"{{% for line in {name} %}}"
    return f"{{{{ {name}() }}}}" if callable(value) else None


def filled(
    template: bytes, words: Mapping[str, Any], *, name: str, properties: Mapping[str, str], trace: str = ""
) -> bytes:
    """Return the report as a .docx file.

    Parameters
    ----------
    template
        The template, a .docx file with tags.
    words
        What its tags may name: texts, and `Table` and `Picture`, alone or in mappings. ``table_number()`` and
        ``figure_number()`` count them as they come.
    name
        The name of the template, for what may be wrong with it.
    properties
        What the file says of itself in its core properties.
    trace
        How it was made, which `traces.trace_of` reads back; it stands in the comments.

    Raises
    ------
    BadFile
        The template is none, or has a tag that cannot be used.
    """
    document = _opened(template, name)
    numbers = {"table_number": count(1).__next__, "figure_number": count(1).__next__}
    filling = {**_with_blocks(words, document), **numbers}
    sandbox = _Sandbox(filling)
    try:
        document.render(filling, sandbox)
    except (TemplateError, SyntaxError, TypeError, ValueError, LookupError, ArithmeticError, RecursionError) as error:
        raise _broken(name, error, sandbox.source) from error
    for key, text in properties.items():
        setattr(document.docx.core_properties, key, plain(text)[:255])
    _say(document.docx.core_properties, "")
    unsaid = _saved(document)
    _say(document.docx.core_properties, with_words(trace, unsaid))
    return _saved(document)


def _saved(document: DocxTemplate) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _say(properties: Any, trace: str) -> None:
    """Write the trace, which is longer than what python-docx lets a comment be."""
    properties.comments = ""
    properties._element.find(f"{{{_DC}}}description").text = trace  # noqa: SLF001 - see above


def table_order(template: bytes, *, name: str) -> list[str]:
    """Return the names of the tables in the order in which a template has them. Raises `BadFile`."""
    paragraphs = Document(BytesIO(template)).paragraphs if _opened(template, name) else []
    return [key for paragraph in paragraphs for key in _TABLE_TAG.findall(paragraph.text)]


def sentence(text: str, words: Mapping[str, Any]) -> str:
    """Return one paragraph of the shipped template, filled in, as plain text."""
    return str(SandboxedEnvironment(undefined=StrictUndefined).from_string(text).render(words))


def _opened(template: bytes, name: str) -> Any:
    require_harmless(template, name, damaged=not_word(name), remedy=WRITE_OUT)
    try:
        Document(BytesIO(template))
    except (BadZipFile, PackageNotFoundError, SyntaxError, KeyError, ValueError, OSError) as error:
        raise not_word(name) from error
    return DocxTemplate(BytesIO(template))


def not_word(name: str) -> BadFile:
    """Return the error for a template that is no Word file."""
    return BadFile(file=name, reason=mark("It is not a Word file (.docx)."), remedy=WRITE_OUT)


def _broken(name: str, error: Exception, source: str) -> BadFile:
    """Return what is wrong with a template, and in which paragraph."""
    line = getattr(error, "lineno", None) or _line_of(error)
    lines = source.splitlines()
    near = re.sub(r"<[^>]+>", "", lines[line - 1]).strip()[:_SHOWN_AT_MOST] if line and line <= len(lines) else ""
    words = _("The template has a tag that cannot be used, in “{paragraph}”: {fault}.")
    return BadFile(
        file=name,
        reason=words.format(paragraph=near or _("a place unknown"), fault=_fault(error)),
        remedy=mark(
            "Correct it in Word, or write out the template anew (report --template-out FILE). Nothing is written."
        ),
    )


def _fault(error: Exception) -> str:
    """Return what is wrong with a tag, in the reader's language: the engine speaks English alone."""
    said = str(getattr(error, "message", None) or error)
    if isinstance(error, _UnknownTag | _NoText):
        return error.words(said[:_SHOWN_AT_MOST])
    if isinstance(error, SecurityError):
        return _("what it asks for is unsafe")
    if not isinstance(error, TemplateSyntaxError):
        return _("what it asks for cannot be worked out")
    if found := _NO_SUCH.search(said):
        return _("“{word}” is misspelt, or has nothing to close").format(word=found[1])
    if found := _NOT_CLOSED.search(said):
        opened, closing = f"{{% {found[1]} … %}}", f"{{% end{found[1]} %}}"
        return _("“{opened}” has no “{closing}” behind it").format(opened=opened, closing=closing)
    return _("it is not written as a tag is, for example {example}").format(example="{{ stations }}")


def _line_of(error: Exception) -> int | None:
    """Return the line of the template in which an error came up while it was filled in."""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _with_blocks(value: Any, document: Any) -> Any:
    """Return words in which every table and picture can be put into a paragraph's place, and all text is XML's."""
    if isinstance(value, Mapping):
        return {key: _with_blocks(each, document) for key, each in value.items()}
    if isinstance(value, Table):
        return _TableBlock(plain(value.title), value.hidden, value, document)
    if isinstance(value, Picture):
        return _PictureBlock(plain(value.title), value, document)
    if isinstance(value, str):
        return plain(value)
    return [_with_blocks(each, document) for each in value] if isinstance(value, list) else value


def plain(text: str) -> str:
    """Return a text without the characters that XML cannot hold, and on one line."""
    return " ".join(_NOT_XML.sub("", text).split())


@dataclass(frozen=True, eq=False)
class _TableBlock:
    title: str
    hidden: int
    table: Table
    document: Any

    def __html__(self) -> str:
        return _table_xml(self.table, self.document.docx.styles)


@dataclass(frozen=True, eq=False)
class _PictureBlock:
    title: str
    picture: Picture
    document: Any

    def __html__(self) -> str:
        inline = self.document.docx.part.new_pic_inline(BytesIO(self.picture.png), width=Mm(looks.TEXT_MM[0]))
        inline.docPr.set("descr", self.title)
        look = f"<w:pPr>{_look(self.document.docx.styles, looks.FIGURE)}</w:pPr>"
        return f"<w:p>{look}<w:r><w:drawing>{inline.xml}</w:drawing></w:r></w:p>"


def _look(styles: Any, name: str) -> str:
    """Return what gives a paragraph a style: Word gives styles other identifiers when it saves a template."""
    return f'<w:pStyle w:val="{escape(styles[name].style_id)}"/>' if name in styles else ""


def _table_xml(table: Table, styles: Any) -> str:
    heads, body = header(table), texts(table)
    small = 9 if len(heads) > 7 else 10.5
    right = [is_number(table, at) for at in range(len(heads))]
    widths = column_widths(heads, body, right=right, size=small)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    together = "<w:keepNext/>" if len(body) <= _TOGETHER else ""
    looked = (_look(styles, name) + together for name in (looks.HEAD, looks.NUMBER, looks.CELL))
    head, number, cell = looked
    sides = [number if each else cell for each in right]
    first = _row(heads, [head] * len(heads), widths, size=small, head=True)
    rest = [_row(row, sides, widths, size=small) for row in body]
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{first}{''.join(rest)}</w:tbl>"
    )


def _row(words: list[str], styles: list[str], widths: list[int], *, size: float, head: bool = False) -> str:
    cells = (_cell(*each, size=size) for each in zip(words, styles, widths, strict=True))
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(text: str, style: str, width: int, *, size: float) -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr>{style}</w:pPr><w:r><w:rPr><w:sz w:val="{round(2 * size)}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(plain(text))}</w:t></w:r></w:p></w:tc>'
    )


def column_widths(heads: list[str], body: list[list[str]], *, right: list[bool], size: float) -> list[int]:
    """Return the widths of the columns in twentieths of a point, which together are that of the text.

    Numbers are never broken; what is left goes to the columns by what their texts want, at most 60 characters.
    """
    unit = size * 20
    columns = list(zip(*body, strict=True)) or [()] * len(heads)
    least, wanted = [], []
    for head, cells, number in zip(heads, columns, right, strict=True):
        longest = max((ems(cell) for cell in cells), default=0.0)
        word = max((ems(part) for part in re.findall(r"（[^）]*）|[!-\u2fff]+|.", head)), default=1.0)
        few = max(longest if number else min(longest, 4.0), word, 2.0)
        least.append(unit * few + _PADDING)
        wanted.append(unit * min(max(few, longest, ems(head) / 2), 60.0) + _PADDING)
    spare = _WIDTH - sum(least)
    if spare < 0 or sum(wanted) <= _WIDTH:  # all give way, or all get more
        given = least if spare < 0 else wanted
        return [round(width * _WIDTH / sum(given)) for width in given]
    more = [most - few for few, most in zip(least, wanted, strict=True)]
    return [round(few + spare * share / sum(more)) for few, share in zip(least, more, strict=True)]
