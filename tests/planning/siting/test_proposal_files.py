"""A proposal leaves the app in the formats of the register's lists, with its gap and what it is of in every row."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import geopandas
import openpyxl
import pytest

from stations.model.errors import BadChoice
from stations.model.language import Language, use_language
from stations.model.settings import Settings
from stations.model.siting import CandidateSource, SitingModel
from stations.output.tables import FORMATS
from stations.planning.access.accounts import open_accounts
from stations.planning.importing.import_file import import_file
from stations.planning.register import holdings
from stations.planning.siting.candidates import Where, hosts_from
from stations.planning.siting.proposal import Proposal
from stations.planning.siting.proposal_files import proposal_file, write_proposal
from stations.planning.siting.recommend import recommend
from stations.planning.siting.tables import place_name
from tests.planning.siting.test_recommend import asked


@pytest.fixture
def proposal(demonstrated: Settings) -> Proposal:
    return recommend(demonstrated, asked())


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_carries_place_reason_gap_and_basis(
    demonstrated: Settings, proposal: Proposal, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"sites{suffix}"
    assert write_proposal(demonstrated, proposal, path) == 1
    (site,) = proposal.sites
    match suffix:
        case ".geojson":
            document = json.loads(path.read_text("utf-8"))
            row = {**document["features"][0]["properties"], **document}
            place = document["features"][0]["geometry"]["coordinates"]
            assert (row["gap"], row["demonstration"], row["revision"]) == (0, True, 1)
        case ".csv":
            (row,) = csv.DictReader(path.read_text("utf-8-sig").splitlines())
            place = [float(row["Longitude"]), float(row["Latitude"])]
        case ".xlsx":
            head, body = openpyxl.load_workbook(path).active.values
            row = dict(zip(head, body, strict=True))
            place = [row["Longitude"], row["Latitude"]]
        case ".gpkg":
            frame = geopandas.read_file(path)
            row, place = frame.iloc[0].to_dict(), [*frame.geometry.iloc[0].coords[0]]
        case _:
            text = path.read_text("utf-8")
            assert f"{site.lon},{site.lat}" in text
            row, place = {"all": text}, [site.lon, site.lat]
    if suffix in {".csv", ".xlsx"}:
        assert row["Datum"] == "WGS84"
    assert place == pytest.approx([site.lon, site.lat], abs=1e-9)
    assert "newly covers 87 people" in str(row)
    if suffix != ".geojson":
        assert "gap 0%" in str(row)
        assert "Distance in a straight line" in str(row)
        assert proposal.before.people is not None
        assert proposal.before.people.en.rstrip(".") in str(row)
        assert "Demonstration data" in str(row)


def test_a_download_is_what_is_written_and_the_audit_keeps_it(demonstrated: Settings, proposal: Proposal) -> None:
    assert proposal_file(demonstrated, proposal, name="sites.csv").startswith(b"\xef\xbb\xbf")
    assert "sites.csv" in str(open_accounts(demonstrated.database).audit(at_most=10))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_comes_back_as_planned_stations_and_as_a_list_of_hosts(
    demonstrated: Settings, tmp_path: Path, suffix: str, language: Language
) -> None:
    use_language(language)
    path = tmp_path / f"sites{suffix}"
    lived_in = CandidateSource.DEMAND
    where = Where(sources=(lived_in,), costs=((lived_in, 20_000.0),))
    proposal = recommend(demonstrated, replace(asked(2, where=where), model=SitingModel.LEAST_DISTANCE))
    assert len(proposal.sites) == 2
    write_proposal(demonstrated, proposal, path)
    hosts = hosts_from(path)
    assert hosts.rejected == ()
    assert hosts.places["name"].tolist() == [place_name(proposal, site) for site in proposal.sites]
    assert hosts.places["cost"].tolist() == [20_000.0] * len(proposal.sites)
    outcome = import_file(demonstrated, path, kind="station", datum=None)
    assert outcome.revision == 2
    held = holdings(demonstrated).stations.set_index("name")
    for site in proposal.sites:
        station = held.loc[place_name(proposal, site)]
        assert (station["status"], station["division"]) == ("planned", site.district)
        assert [station.geometry.x, station.geometry.y] == pytest.approx([site.lon, site.lat], abs=1e-9)


def test_another_ending_is_refused(demonstrated: Settings, proposal: Proposal, tmp_path: Path) -> None:
    with pytest.raises(BadChoice, match="geojson"):
        write_proposal(demonstrated, proposal, tmp_path / "sites.doc")
    assert list(tmp_path.glob("sites*")) == []
