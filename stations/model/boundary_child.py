"""The process that reads one file of outlines: ``python -m stations.model.boundary_child PATH LAYER LANGUAGE``.

Its answer is JSON on standard output: codes, names, and outlines as WKB in hexadecimal digits.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from stations.model.apart import answered
from stations.model.boundaries import parse_boundary


def main(path: Path, layer: str, *, language: str) -> int:
    """Read the file at `path` and return the exit code."""

    def read() -> bytes:
        frame = parse_boundary(path, layer)
        outlines = [outline.wkb_hex for outline in frame.geometry]
        return json.dumps({"code": list(frame["code"]), "name": list(frame["name"]), "outlines": outlines}).encode()

    return answered(read, language=language)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], language=sys.argv[3]))
