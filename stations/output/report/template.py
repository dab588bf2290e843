"""The template of the Word report as it ships: GB/T 9704-2012 on A4, made anew each time, for staff to edit in Word.

Fonts are named, with what stands in for them, and never shipped. The grid is that of the standard: 22 lines of 28
characters on 156 mm x 225 mm. The characters are set closer by a hair instead of by a grid of characters, which office
programs understand differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, NamedTuple

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

SONG, FANG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
LATIN = "Times New Roman"
STAND_INS = {
    SONG: "小标宋体;华文中宋;STZhongsong;宋体;SimSun;Noto Serif CJK SC",
    FANG: "仿宋;FangSong;华文仿宋;STFangsong;Noto Serif CJK SC",
    HEI: "SimHei;华文黑体;STHeiti;Noto Sans CJK SC",
    KAI: "楷体;KaiTi;华文楷体;STKaiti;Noto Serif CJK SC",
}
TEXT_MM = (156, 225)
LINE_PT = 28.95
_MARGINS_MM = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
_GRID = {"type": "lines", "linePitch": "579"}  # 22 lines
_CLOSER = "-5"  # twentieths of a point: 28 characters of 16 pt on 156 mm

TITLE, LEVEL_1, LEVEL_2, BODY = "Title", "Heading 1", "Heading 2", "Normal"
DAY, NOTICE, TABLE_TITLE, FIGURE_TITLE, NOTE = "报告日期", "示例声明", "表题", "图题", "表注"
FIGURE, CELL, NUMBER, HEAD = "图", "表内文字", "表内数字", "表头"


class Look(NamedTuple):
    """How a style looks: font, size (points), where it stands, the first line's indent (characters), space around."""

    font: str
    size: float
    stands: Any = WD_ALIGN_PARAGRAPH.JUSTIFY
    indent: int = 0
    around: tuple[float, float] = (0, 0)
    exact: bool = True
    keep: bool = False


_CENTRE, _RIGHT, _LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
LOOKS = {
    BODY: Look(FANG, 16, indent=2),
    TITLE: Look(SONG, 22, _CENTRE, around=(0, LINE_PT / 2), exact=False),
    LEVEL_1: Look(HEI, 16, indent=2, keep=True),
    LEVEL_2: Look(KAI, 16, indent=2, keep=True),
    DAY: Look(KAI, 16, _CENTRE, around=(0, LINE_PT / 2)),
    NOTICE: Look(HEI, 16, _CENTRE, around=(0, LINE_PT / 2), exact=False),
    TABLE_TITLE: Look(HEI, 12, _CENTRE, around=(10, 4), exact=False, keep=True),
    FIGURE_TITLE: Look(HEI, 12, _CENTRE, around=(4, 10), exact=False),
    FIGURE: Look(FANG, 12, _CENTRE, around=(10, 0), exact=False, keep=True),
    NOTE: Look(FANG, 10.5, _LEFT, around=(3, 10), exact=False),
    CELL: Look(FANG, 10.5, _LEFT, exact=False),
    NUMBER: Look(FANG, 10.5, _RIGHT, exact=False),
    HEAD: Look(HEI, 10.5, _CENTRE, exact=False),
}


class Block(NamedTuple):
    """A paragraph of the template: its style, and its text with the tags in it."""

    style: str
    text: str


def template(blocks: Sequence[Block], *, language: str) -> bytes:
    """Return the template with these paragraphs as a .docx file."""
    document = Document()
    for name, look in LOOKS.items():
        _style(document, name, look)
    _page(document)
    _fonts(document)
    _language(document, language)
    for block in blocks:
        document.add_paragraph(block.text, style=block.style)
    document.core_properties.author, document.core_properties.comments = "", ""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _style(document: Any, name: str, look: Look) -> None:
    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if name not in {BODY, TITLE, LEVEL_1, LEVEL_2}:
        style.base_style = None  # nothing of the body: neither its indent nor its lines
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    fonts = {"ascii": LATIN, "hAnsi": LATIN, "cs": LATIN, "eastAsia": look.font}
    named = OxmlElement("w:rFonts")
    for side, font in fonts.items():
        named.set(qn(f"w:{side}"), font)
    properties.append(named)
    if look.exact:
        closer = OxmlElement("w:spacing")
        closer.set(qn("w:val"), _CLOSER)
        properties.append(closer)
    style.font.size = Pt(look.size)
    style.font.bold = False
    format_ = style.paragraph_format
    _remove(style.element.pPr, "w:pBdr")
    format_.alignment, format_.keep_with_next = look.stands, look.keep
    format_.space_before, format_.space_after = map(Pt, look.around)
    format_.line_spacing_rule = WD_LINE_SPACING.EXACTLY if look.exact else WD_LINE_SPACING.SINGLE
    if look.exact:
        format_.line_spacing = Pt(LINE_PT)
    if not look.exact:  # as high as its text, not as a line of the grid
        style.element.get_or_add_pPr().insert_element_before(_off("w:snapToGrid"), "w:spacing", "w:ind", "w:jc")
    format_.first_line_indent = Pt(look.indent * look.size)
    indent = style.element.pPr.find(qn("w:ind"))
    indent.set(qn("w:firstLineChars"), str(100 * look.indent))


def _off(name: str) -> Any:
    switch = OxmlElement(name)
    switch.set(qn("w:val"), "0")
    return switch


def _remove(properties: Any, name: str) -> None:
    found = properties.find(qn(name)) if properties is not None else None
    if found is not None:
        properties.remove(found)


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, length in _MARGINS_MM.items():
        setattr(section, name, Mm(length))
    section.header_distance, section.footer_distance = Mm(15), Mm(24)
    grid = section._sectPr.find(qn("w:docGrid"))  # noqa: SLF001 - python-docx has no name for the grid
    for name, value in _GRID.items():
        grid.set(qn(f"w:{name}"), value)
    document.settings.odd_and_even_pages_header_footer = True
    _number(section.footer, _RIGHT)
    _number(section.even_page_footer, _LEFT)


def _number(footer: Any, stands: Any) -> None:
    """Write the page's number as the standard wants it: 14 pt between dashes, outside, a character from the edge."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = stands
    paragraph.paragraph_format.first_line_indent = Pt(0)
    paragraph._element.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), "0")  # noqa: SLF001 - that of the body is 2
    side = "right_indent" if stands == _RIGHT else "left_indent"
    setattr(paragraph.paragraph_format, side, Pt(14))
    for part in ("— ", None, " —"):
        run = paragraph.add_run(part or "")
        run.font.size, run.font.name = Pt(14), "宋体"
        run._element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")  # noqa: SLF001
        if part is None:
            for kind in ("begin", "PAGE", "end"):
                run._element.append(_field(kind))  # noqa: SLF001


def _field(kind: str) -> Any:
    if kind == "PAGE":
        return parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"> PAGE </w:instrText>')
    return parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>')


def _fonts(document: Any) -> None:
    """Name for each font what stands in for it where it is not installed."""
    told = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in STAND_INS.items()
    )
    for part in document.part.package.iter_parts():
        if part.partname.endswith("/fontTable.xml"):
            part._blob = f"<w:fonts {nsdecls('w')}>{told}</w:fonts>".encode()  # noqa: SLF001


def _language(document: Any, language: str) -> None:
    spoken = document.styles.element.find(".//" + qn("w:lang"))
    spoken.set(qn("w:val"), "en-GB")
    spoken.set(qn("w:eastAsia"), "zh-CN")
    document.core_properties.language = language.replace("_", "-")
