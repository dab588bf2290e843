"""Our command line and Streamlit servers as processes of their own: started, measured by ``/proc``, ended by id."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
STARTING_S = 60
_BETWEEN_S = 0.02
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A server that answers: its process, its address, and how long it took from start to first answer."""

    pid: int
    url: str
    up_after_s: float

    def cpu_s(self) -> float:
        """Return the CPU-seconds the process has used so far (to a hundredth)."""
        after_name = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, after_name[11:13])) / _TICKS  # utime and stime

    def peak_mib(self) -> float:
        """Return the most memory the process has had resident so far."""
        return self._kib("VmHWM") / 1024

    def resident_mb(self) -> float:
        """Return the memory the process has resident now."""
        return self._kib("VmRSS") * 1024 / 1e6

    def _kib(self, name: str) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def environment(**own: str) -> dict[str, str]:
    """Return this process' environment, without any setting of the app but `own`; compiled modules are kept."""
    dropped = ("STATIONS_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "PYTHONPATH": str(ROOT), **own}


def stations(*arguments: str, **own: str) -> subprocess.Popen[bytes]:
    """Start ``python -m stations`` with `arguments`; its output is to be read by the caller."""
    command = [sys.executable, "-m", "stations", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment(**own), stdout=subprocess.PIPE)


@contextmanager
def serving(script: Path, *, log: Path, own: Mapping[str, str]) -> Iterator[Server]:
    """Serve `script` with Streamlit on a free port of this machine until the block ends."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    start = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(**own), stdout=output, stderr=output)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_up(url, process, log)
        yield Server(process.pid, url, time.perf_counter() - start)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.perf_counter() + STARTING_S
    while time.perf_counter() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health"):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(_BETWEEN_S)
    raise RuntimeError(log.read_text(errors="replace"))
