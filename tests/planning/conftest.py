"""An office of its own for every test: the profiles of the sample town, and a register nobody has touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from stations.model.settings import Settings
from stations.planning.coverage.streets import import_network
from stations.planning.importing.import_file import import_file, set_up
from stations.planning.register import open_register
from stations.store import passwords
from tests.planning.town import (
    BARE_TOWN,
    TOWN,
    ZONED_TOWN,
    furnish,
    settings_in,
    write_a_past,
    write_couriers,
    write_streets,
)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make passwords cheap to keep: how dear they are is tested where they are kept."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(autouse=True)
def spoken(english: None) -> None:
    """Speak English, so that a test can name the words it expects."""


@pytest.fixture(scope="session")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnish(tmp_path_factory.mktemp("profiles"))


@pytest.fixture
def town(tmp_path: Path, profiles: Path) -> Iterator[Settings]:
    """Return the settings of the town; its register is untouched."""
    settings = settings_in(tmp_path, profiles, TOWN)
    yield settings
    open_register(settings.database).close()
    open_register.cache_clear()


@pytest.fixture
def bare_town(town: Settings) -> Settings:
    """Return the settings of the town that has neither demonstration data nor demand; the register is the same."""
    return town.having(city=BARE_TOWN)


@pytest.fixture
def demonstrated(town: Settings) -> Settings:
    """Return the settings of the town with its demonstration data in the register."""
    assert set_up(town, demonstration=True)
    return town


@pytest.fixture
def lived(town: Settings) -> Settings:
    """Return the settings of the town whose stations have a past."""
    write_a_past(town)
    return town


@pytest.fixture
def zoned(town: Settings, profiles: Path) -> Settings:
    """Return the settings of the town with a zone; its stations A, B and C are in the register."""
    settings = town.having(city=ZONED_TOWN)
    import_file(settings, profiles / "detailed.csv", kind="station", datum=None)
    return settings


@pytest.fixture
def couriers(demonstrated: Settings, tmp_path: Path) -> Settings:
    """Return the settings of the demonstrated town with its couriers in the demand data."""
    return demonstrated.having(demand=write_couriers(tmp_path / "couriers.csv"))


@pytest.fixture
def walkable(demonstrated: Settings, tmp_path: Path) -> Settings:
    """Return the settings of the demonstrated town with two streets, see `town.write_streets`."""
    import_network(demonstrated, write_streets(tmp_path / "town.osm"), modes=["walk"])
    return demonstrated


@pytest.fixture
def real(town: Settings, profiles: Path) -> Settings:
    """Return the settings of the town with the stations of a real list."""
    import_file(town, profiles / "real.csv", kind="station", datum=None)
    return town
