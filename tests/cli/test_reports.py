"""The command that writes the yearly report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from docx import Document

from tests.cli.conftest import Run


@pytest.mark.parametrize("suffix", [".docx", ".html", ".xlsx"])
def test_a_report_is_written_in_the_format_of_its_ending(run: Run, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"report{suffix}"
    done = run("report", "-o", path, "--json")
    assert done.code == 0, done.err
    assert done.document == {"file": str(path), "bytes": path.stat().st_size}
    assert [file.name for file in tmp_path.glob("*report*")] == [path.name]


def test_a_template_goes_out_is_edited_and_comes_back(run: Run, tmp_path: Path) -> None:
    template, path = tmp_path / "own.docx", tmp_path / "report.docx"
    assert run("report", "--template-out", template).code == 0
    document = Document(str(template))
    document.add_paragraph("For {{ place }}, by hand.")
    document.save(str(template))
    assert run("report", "-o", path, "--template", template, "--year", "2024", "--on", "2024-06-30").code == 0
    assert "For Sample Town, by hand." in [paragraph.text for paragraph in Document(str(path)).paragraphs]
    document.add_paragraph("{{ nothing")
    document.save(str(template))
    done = run("report", "-o", path.with_name("again.docx"), "--template", template)
    assert done.code == 1
    assert "{{ nothing" in done.err
    assert not path.with_name("again.docx").exists()


@pytest.mark.parametrize(
    "wish",
    [
        (),
        ("-o", "report.odt"),
        ("-o", "report.docx", "--year", "1900"),
        ("-o", "report.docx", "--union", "nobody"),
        ("-o", "reports", "--every", "union", "--union", "nobody"),
        ("-o", "report.docx", "--since", "2999-01-01"),
        ("-o", "report.docx", "--scenario", "nobody"),
        ("-o", "report.docx", "--scenario", "close@T-1"),
    ],
)
def test_what_cannot_be_written_is_wrong_usage(run: Run, wish: tuple[str, ...], tmp_path: Path) -> None:
    done = run("report", *(tmp_path / word if word.startswith("report") else word for word in wish))
    assert done.code == 2
    assert done.err
    assert not list(tmp_path.glob("report*"))


def test_every_union_gets_a_folder_once(run: Run, tmp_path: Path) -> None:
    first = run("report", "--every", "union", "-o", tmp_path / "all", "--json").document["folders"]
    assert first
    assert all(each["made"] for each in first)
    assert json.loads((Path(first[0]["folder"]) / "manifest.json").read_text("utf-8"))["files"]
    told = run("report", "--every", "union", "-o", tmp_path / "all").out
    assert re.findall(r"\d+", told.replace(str(tmp_path), "")) == ["0", str(len(first))]
