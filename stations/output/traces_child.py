"""The process that reads a file to be verified: ``python -m stations.output.traces_child PATH WHAT LANGUAGE``.

WHAT is ``trace``, how the file says that it was made, ``pixels``, a digest of a picture's, or ``words``,
a digest of those of a document. The answer is JSON on standard output.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

from stations.model.apart import answered
from stations.output.traces import pixels_of, trace_of, words_of


def main(path: Path, what: str, *, language: str) -> int:
    """Read the file at `path` and return the exit code."""
    warnings.simplefilter("ignore")  # of large pictures: this process has its own limits
    read = {"trace": trace_of, "pixels": pixels_of, "words": words_of}[what]
    return answered(lambda: json.dumps(read(path.read_bytes())).encode(), language=language)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], language=sys.argv[3]))
