"""The one way a value gets into a template or a script: JSON that Jinja and HTML cannot take for their own.

branca compiles rendered scripts a second time as Jinja templates, and a browser ends a script at ``</script``
wherever it stands; so the text of every string must be harmless to both.
"""

from __future__ import annotations

import json
import re

_MARKUP = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&'`"}
_BRACE = re.compile(r"\{(?=[{%#])|(?<=\$)\{")  # in JSON such a brace can only stand inside a string


def script_json(value: object) -> str:
    r"""Return `value` as JSON that may stand in a Jinja template, an inline script and a template literal.

    Pure ASCII. Never contains ``{{``, ``{%``, ``{#``, ``${``, ``<``, ``>``, ``&``, ``'`` or a backtick: they
    are written as ``\u`` escapes, so that ``JSON.parse`` (and ``json.loads``) gives `value` back.

    Raises
    ------
    TypeError
        If `value` is not made of what JSON knows.
    ValueError
        If a number is not finite.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return _BRACE.sub(r"\\u007b", text.translate(_MARKUP))
