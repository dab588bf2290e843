"""A map in one file that opens from disk, without a server and without a network."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Mapping, Sequence
from functools import partial

from stations.output import bundle
from stations.output.encode import script_json
from stations.output.layers import Kind, Payload
from stations.output.maps import AtlasLayer, Bounds, standalone_parts
from stations.output.traces import said_in_page, with_words

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
{trace}<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header><h1>{title}</h1>{banner}</header>
<main>{markup}</main>
<script type="application/json" id="atlas-data">{data}</script>
<script>{bundle}</script>
<script>{script}</script>
</body>
</html>
"""

_STYLE = """
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; color: var(--ink); font: 14px/1.45 var(--fonts); }
body > header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 14px; padding: 10px 16px; }
h1 { margin: 0; font-size: 18px; overflow-wrap: anywhere; }
body > header strong { padding: 1px 10px; border-radius: 999px; background: #fff3d6; color: #6b4a00; }
main { flex: 1; min-height: 0; }
.folium-map { width: 100%; height: 100%; }
"""


def standalone_html(
    payloads: Mapping[Kind, Payload],
    *,
    bounds: Bounds,
    title: str,
    settings: Mapping[Kind, Mapping[str, object]] | None = None,
    trace: str = "",
) -> str:
    """Return a whole HTML page with the map, its data, scripts and styles inside.

    Folium renders the map with the layers' kinds alone; data and words are put in afterwards, so none of them
    passes a template engine. The page's own policy forbids every request and every script but its own two.

    Parameters
    ----------
    payloads
        What to show, by kind; ``frame`` is needed.
    bounds
        The city: west, south, east, north in degrees.
    title
        Heading and title of the page.
    settings
        Settings of layers by kind, as in `stations.output.maps`: ``tiers``, ``selected``, ``cluster``.
    trace
        Tells how the map was made; `traces.trace_of` reads it back.
    """
    chosen = settings or {}
    frame = payloads["frame"]
    layers = [AtlasLayer(kind, f"#{kind}", chosen.get(kind, {})) for kind in payloads]
    markup, script = standalone_parts(bounds, layers)
    look = f":root {{ --ink: {frame['look']['ink']}; --fonts: {frame['look']['fonts']}; }}"
    badge = frame["badge"]
    page = partial(
        _PAGE.format,
        language=html.escape(frame["language"]),
        policy=html.escape(_policy([bundle.script(), script])),
        title=html.escape(title),
        style=bundle.style() + look + _STYLE,
        banner=f"<strong>{html.escape(badge)}</strong>" if badge else "",
        markup=markup,
        data=script_json(payloads),
        bundle=bundle.script(),
        script=script,
    )
    return page(trace=said_in_page(with_words(trace, page(trace="").encode())))


def _policy(scripts: Sequence[str]) -> str:
    own = " ".join(f"'sha256-{_digest(text)}'" for text in scripts)
    return (
        f"default-src 'none'; script-src {own}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
