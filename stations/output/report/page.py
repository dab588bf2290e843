"""The report as one page for a browser: what the Word file says, its pictures inside, and nothing asked of anybody."""

from __future__ import annotations

from html import escape
from io import BytesIO

from mammoth import convert_to_html

from stations.output.report import template as looks
from stations.output.traces import said_in_page, with_words

_MAP = "\n".join(
    f"p[style-name='{style}'] => {element}:fresh"
    for style, element in {
        looks.TITLE: "h1",
        looks.LEVEL_1: "h2",
        looks.LEVEL_2: "h3",
        looks.DAY: "p.day",
        looks.NOTICE: "p.notice",
        looks.TABLE_TITLE: "p.title",
        looks.FIGURE_TITLE: "p.title",
        looks.FIGURE: "p.figure",
        looks.NOTE: "p.note",
        looks.HEAD: "p.head",
        looks.CELL: "p.cell",
        looks.NUMBER: "p.number",
    }.items()
)
_STYLE = """
body{max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;line-height:1.8;
font-family:"Noto Serif CJK SC","Source Han Serif SC",FangSong,STFangsong,SimSun,serif}
h1,.day,.notice,.title,.figure{text-align:center}h1{font-size:1.7rem;line-height:1.4}h2,h3,.title,.notice,.head{
font-family:"Noto Sans SC","Noto Sans CJK SC",SimHei,sans-serif;font-weight:600}
h2{font-size:1.2rem}h3{font-size:1.05rem}
.notice{color:#9c1c25}.note{font-size:.85rem}img{max-width:100%}
table{width:100%;border-collapse:collapse;font-size:.85rem;line-height:1.4}
th,td{border:1px solid #777;padding:.25rem .4rem}td p,th p{margin:0}.number{text-align:right;white-space:nowrap}
@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(docx: bytes, *, title: str, language: str, trace: str = "") -> bytes:
    """Return a Word report as one HTML file, every text escaped; `trace` tells how it was made."""
    body = convert_to_html(BytesIO(docx), style_map=_MAP).value
    unsaid = _page(body, title=title, language=language)
    return _page(body, title=title, language=language, said=said_in_page(with_words(trace, unsaid)))


def _page(body: str, *, title: str, language: str, said: str = "") -> bytes:
    return (
        f'<!doctype html>\n<html lang="{escape(language.replace("_", "-"))}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{said}<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    ).encode()
