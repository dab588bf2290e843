"""A file is read in a process of its own: alone, within limits, and whatever comes of it is told."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from stations.model import apart
from stations.model.apart import broken_down, run_apart
from stations.model.errors import BadFile


@pytest.fixture(autouse=True)
def spoken(english: None) -> None:
    """Speak English, so that a test can name the words it expects."""


NO_LIMITS = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits, and no signals")
ENDLESS = "while True: pass"
SIGNALLED = "import os, signal; os.kill(os.getpid(), signal.{})"
GREEDY = "from stations.model.apart import limit_this_process as limit; limit(); bytearray(3 * 1024**3)"
DEEP = "from stations.model.apart import answered; f = lambda: f(); sys.exit(answered(f, language='en'))"
WORDY = """
from stations.model import apart
apart.MAX_OUTPUT_BYTES = 1000
code = apart.answered(lambda: b'x' * 100_000, language='en')
os._exit(code)
"""


def told(code: str, source: Path | bytes = b"", *, file: str = "list.csv", in_place: bool = False) -> str:
    """Return what a program prints that is given a file."""
    command = (sys.executable, "-c", f"import os, sys; place = sys.argv[1]\n{code}")
    with run_apart(command, source, [], broken=broken_down(file), in_place=in_place) as output:
        return output.read().decode().strip()


def refusal(code: str, source: Path | bytes = b"") -> str:
    with pytest.raises(BadFile) as refused:
        told(code, source)
    assert refused.value.fields["file"] == "list.csv"
    return str(refused.value.fields["reason"])


def test_the_file_stands_alone_under_a_name_that_says_nothing(tmp_path: Path) -> None:
    given = tmp_path / "the list.CSV"
    given.write_text("content", "utf-8")
    (tmp_path / "the list.CSV-journal").write_text("beside", "utf-8")
    there = "print(os.path.basename(place), open(place).read(), os.listdir(os.path.dirname(place)), os.getcwd())"
    said = told(there, given, file=given.name)
    assert said.startswith("file.csv content ['file.csv']")
    assert str(tmp_path) not in said


@pytest.mark.parametrize("name", ["../../evil", "a/b.csv/", "x.csv\n", "CON", "", "a" * 300, "x.py;rm", "x.\u202ecsv"])
def test_no_name_becomes_a_path(name: str) -> None:
    assert told("print(os.path.basename(place))", b"", file=name).isascii()


def test_what_the_child_leaves_behind_goes_with_its_folder(tmp_path: Path) -> None:
    left = "import tempfile; path = tempfile.mkdtemp(); open('left', 'w'); print(path, os.getcwd(), sep='\\n')"
    folders = [Path(line) for line in told(left).splitlines()]
    assert folders[0].parent == folders[1]
    assert not any(folder.exists() for folder in folders)


def test_the_child_has_none_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATIONS_DATABASE", "postgresql://user:password@host/name")
    monkeypatch.setenv("PGPASSWORD", "password")
    assert "password" not in told("print(dict(os.environ))")


def test_a_file_that_stays_in_its_place_is_named_as_it_is(tmp_path: Path) -> None:
    given = tmp_path / "town.osm"
    given.write_bytes(b"")
    assert told("print(place)", given, in_place=True) == str(given.resolve())


@pytest.mark.parametrize("in_place", [False, True])
def test_what_is_no_regular_file_is_not_opened(tmp_path: Path, in_place: bool) -> None:
    for path in (tmp_path, tmp_path / "absent.csv", tmp_path / ("a" * 300), Path("a\0b")):
        with pytest.raises(BadFile, match="opened"):
            told("print(1)", path, in_place=in_place)


def test_a_file_beyond_the_limit_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MAX_FILE_BYTES", 3)
    (tmp_path / "list.csv").write_bytes(b"1234")
    assert "MB" in refusal("print(1)", tmp_path / "list.csv")


def test_a_child_that_does_not_come_to_an_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MAX_SECONDS", 0.2)
    assert "more memory or time" in refusal(ENDLESS)


@NO_LIMITS
@pytest.mark.parametrize(
    ("name", "words"),
    [("SIGKILL", "more memory or time"), ("SIGXCPU", "more memory or time"), ("SIGSEGV", "broke down")],
)
def test_a_child_that_a_signal_ends_is_told(name: str, words: str) -> None:
    assert words in refusal(SIGNALLED.format(name))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to its memory limit")
def test_a_child_may_not_take_more_memory_than_its_limit() -> None:
    done = subprocess.run([sys.executable, "-c", GREEDY], cwd=apart._ROOT, capture_output=True, check=False)
    assert done.returncode != 0
    assert b"MemoryError" in done.stderr


@NO_LIMITS
def test_a_child_may_not_say_more_than_its_limit() -> None:
    assert "more memory or time" in refusal(WORDY)


def test_a_file_nested_too_deeply_is_refused_as_that() -> None:
    assert "nested too deeply" in refusal(DEEP)


def test_a_child_that_breaks_down_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert "damaged" in refusal("raise KeyError('no such part')")
    assert "no such part" in caplog.text


def test_who_comes_when_too_many_files_are_read_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MAX_SECONDS", 0.1)
    for _place in range(apart.MOST_AT_ONCE):
        apart._room.acquire()
    try:
        assert "many other files" in refusal("print(1)")
    finally:
        for _place in range(apart.MOST_AT_ONCE):
            apart._room.release()
    monkeypatch.undo()
    assert told("print(1)") == "1"
