"""The documentation says what the product does."""

import re
from pathlib import Path

import pytest
import typer

from stations.cli import application
from stations.model.language import Language, use_language
from stations.model.schema import RECORDS
from stations.model.settings import Settings
from stations.planning.importing.guide import field_guide
from stations.planning.reporting.tags import tag_guide

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")


@pytest.mark.parametrize(("spoken", "name"), [("en", "docs/fields.md"), ("zh_CN", "docs/fields.zh-CN.md")])
def test_the_list_of_columns_is_made_from_the_schema(spoken: Language, name: str, english: None) -> None:
    use_language(spoken)
    written = (ROOT / name).read_text("utf-8")
    for kind in RECORDS:
        assert field_guide(kind) in written, f"run: python -m stations fields --lang {spoken} --kind {kind}"


@pytest.mark.parametrize(("spoken", "name"), [("en", "docs/report.md"), ("zh_CN", "docs/report.zh-CN.md")])
def test_the_list_of_tags_is_made_from_those_of_the_report(spoken: Language, name: str, english: None) -> None:
    use_language(spoken)
    assert tag_guide() in (ROOT / name).read_text("utf-8"), "put in what planning.report_tags.tag_guide() says"


@pytest.mark.parametrize("name", READMES)
def test_a_readme_names_every_setting(name: str) -> None:
    fields = Settings.__dataclass_fields__.keys() - {"language", "on", "revision", "user"}  # the last are a visit's
    variables = {f"STATIONS_{field.upper()}" for field in fields}
    assert set(re.findall(r"STATIONS_[A-Z_]+", (ROOT / name).read_text("utf-8"))) == variables | {"STATIONS_LANG"}


@pytest.mark.parametrize("name", READMES)
def test_every_command_in_a_readme_exists(name: str) -> None:
    known = typer.main.get_command(application).commands.keys()  # type: ignore[attr-defined]
    used = set(re.findall(r"python -m stations ([a-z]+)", (ROOT / name).read_text("utf-8")))
    assert used
    assert used <= known


@pytest.mark.parametrize(
    "path",
    [
        *READMES,
        "docs/json.md",
        "docs/locating.md",
        "docs/fields.md",
        "docs/fields.zh-CN.md",
        "docs/hostile-files.md",
        "docs/demand.md",
        "docs/feeds.md",
        "docs/number-check.md",
        "docs/report.md",
        "docs/report.zh-CN.md",
        "docs/security.md",
        "docs/durability.md",
        "docs/siting.md",
        "docs/siting.zh-CN.md",
        "docs/sign-in.md",
        "stations/README.md",
    ],
)
def test_every_link_leads_to_a_file(path: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / path).read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not ((ROOT / path).parent / link).exists()]
    assert not missing


def test_both_readmes_show_the_same_commands() -> None:
    def commands(name: str) -> list[str]:
        text = (ROOT / name).read_text("utf-8")
        return re.findall(r"^(?:make \w+|pip install .*|streamlit run .*|python -m stations \w+)", text, re.MULTILINE)

    assert commands(READMES[0]) == commands(READMES[1])
