"""Links on the command line: made, and revoked."""

from __future__ import annotations

import pytest

from stations.model.language import Language
from tests.cli.conftest import Run


def test_a_link_is_printed_and_written_down(run: Run, language: Language) -> None:
    run("init", "--admin", "chen", "--lang", language)
    made = run("link", "/feed/stations.geojson?lang=en", "--days", "3", "--lang", language)
    assert made.code == 0
    assert made.err == ""
    assert made.out.startswith("/feed/stations.geojson?lang=en&expires=")
    document = run("link", "https://atlas.example.org/ogc", "--json").document
    assert document.keys() == {"address", "expires"}
    assert document["address"].startswith("https://atlas.example.org/ogc/link/")
    lines = run("account", "audit", "--lines", "1", "--json").document["audit"]
    assert (lines[0]["what"], lines[0]["about"].partition(" ")[0]) == ("made a link", "/ogc")


def test_all_links_are_revoked(run: Run, language: Language) -> None:
    run("init", "--admin", "chen")
    assert run("link", "--revoke-all", "--json").document == {"revoked": True}
    told = run("link", "--revoke-all", "--lang", language)
    assert told.out.strip() in {"No link that was made before opens any more.", "此前生成的链接已全部失效。"}
    lines = run("account", "audit", "--lines", "1", "--json").document["audit"]
    assert lines[0]["what"] == "revoked all links"


def test_where_nobody_signs_in_it_is_said_what_a_link_is_worth(run: Run) -> None:
    run("init")
    assert "this machine only" in run("link", "/feed/stations.geojson").err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("/ogc", "--revoke-all"), 2),
        (("/feed/gaps.geojson",), 2),
        (("/register",), 1),
        (("/ogc", "--days", "0"), 2),
        (("/ogc", "--days", "9999"), 2),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    run: Run, language: Language, arguments: tuple[str, ...], code: int
) -> None:
    run("init", "--empty")
    refused = run("link", *arguments, "--lang", language)
    assert (refused.code, refused.out) == (code, "")
    assert refused.err
