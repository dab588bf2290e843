"""The process that fills an office's own template: ``python -m stations.output.report.child PATH LANGUAGE``.

The file holds what `stations.output.report.paper` hands over: it is written by us, the template in it by anybody. The
answer is JSON on standard output, files as base 64.
"""

from __future__ import annotations

import json
import pickle
import sys
from base64 import b64encode
from pathlib import Path

from stations.model.apart import answered
from stations.output.report.paper import paper


def main(path: Path, *, language: str) -> int:
    """Fill the template at `path` and return the exit code."""

    def read() -> bytes:
        template, content, name = pickle.loads(path.read_bytes())
        made = paper(template, content, name=name)
        files = {"docx": b64encode(made.docx).decode(), "page": b64encode(made.page).decode()}
        return json.dumps(files | {"tables": made.tables}).encode()

    return answered(read, language=language)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), language=sys.argv[2]))
