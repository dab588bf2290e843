from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from stations.analysis.siting import p_center
print(p_center([[1.0, 2.0], [2.0, 1.0], [9.0, 3.0]], sites=1).objective)
"""


def test_nothing_is_written_to_the_output() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["3.0"]
