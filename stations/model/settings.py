"""What an office can set, from the environment or the command line; everything has a working default.

===================== ======================= =======================================================
field                 variable                meaning
===================== ======================= =======================================================
city                  STATIONS_CITY           six-digit adcode of the city
database              STATIONS_DATABASE       place of the register: a path, or an SQLAlchemy URL
language              STATIONS_LANG           zh_CN or en
profiles              STATIONS_PROFILES       folder of the office's own city profiles (*.toml)
boundary              STATIONS_BOUNDARY       the office's own district outlines (GeoJSON, GeoPackage)
gazetteer             STATIONS_GAZETTEER      the office's own townships: named points or areas
demand                STATIONS_DEMAND         the office's own people: points, areas or a raster
demand_layer          STATIONS_DEMAND_LAYER   finer points or pixels, over which people given by areas are spread
demand_datum          STATIONS_DEMAND_DATUM   datum of those points where the file names none; WGS84, and said so
map_approval          STATIONS_MAP_APPROVAL   审图号 of the office's map; empty prints 内部资料
sign_in               STATIONS_SIGN_IN        on or off; without it, on as soon as the register has an account
identity_claim        STATIONS_IDENTITY_CLAIM what an identity provider says that is the account's name; email
tianditu_key          STATIONS_TIANDITU_KEY   key for the geocoder of Tianditu; without one it is never asked
tianditu_url          STATIONS_TIANDITU_URL   another address of it, as of an intranet proxy
amap_key, amap_url    STATIONS_AMAP_…         the same for Amap (高德)
baidu_key, baidu_url  STATIONS_BAIDU_…        the same for Baidu
nominatim_url         STATIONS_NOMINATIM_URL  address of a Nominatim server; without one none is asked
===================== ======================= =======================================================
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from stations.model.accounts import User, operator
from stations.model.errors import BadChoice
from stations.model.language import DEFAULT_LANGUAGE, Language, as_language, mark
from stations.model.vocabulary import Datum

ROOT = Path(__file__).parents[2]
DEFAULT_CITY = "340400"
DEFAULT_DATABASE = str(ROOT / "data" / "register.sqlite3")
DEFAULT_IDENTITY_CLAIM = "email"
GEOCODING = (
    *("tianditu_key", "tianditu_url", "amap_key", "amap_url"),
    *("baidu_key", "baidu_url", "nominatim_url"),
)
"""The settings of geocoders on the network; no key is ever part of what settings look like in a log."""


@dataclass(frozen=True)
class Settings:
    """The settings of one run; hashable, so that caches can be keyed by them.

    Three are no office's: `on` is the day whose register is looked at (the register as it is without one), `revision`
    the one after which it is looked at, as it was known then (as it is known now without one), and `user` is who asks:
    every use case that writes or hands out data looks at it. Without one it is whoever works on this machine itself.
    """

    city: str = DEFAULT_CITY
    database: str = DEFAULT_DATABASE
    language: Language = DEFAULT_LANGUAGE
    profiles: Path | None = None
    boundary: Path | None = None
    gazetteer: Path | None = None
    demand: Path | None = None
    demand_layer: Path | None = None
    demand_datum: Datum | None = None
    map_approval: str = ""
    sign_in: str = ""
    identity_claim: str = DEFAULT_IDENTITY_CLAIM
    tianditu_key: str = field(default="", repr=False)
    tianditu_url: str = "https://api.tianditu.gov.cn"
    amap_key: str = field(default="", repr=False)
    amap_url: str = "https://restapi.amap.com"
    baidu_key: str = field(default="", repr=False)
    baidu_url: str = "https://api.map.baidu.com"
    nominatim_url: str = ""
    on: dt.date | None = None
    revision: int | None = None
    user: User = field(default_factory=operator)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{6}", self.city):
            raise BadChoice(what=mark("City"), value=self.city, offered=mark("a six-digit adcode, for example 340400"))
        if self.sign_in not in {"", "on", "off"}:
            raise BadChoice(what=mark("Sign-in"), value=self.sign_in, offered="on, off")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Return the settings that the ``STATIONS_…`` variables of `environment` give."""

        def value(name: str) -> str:
            return environment.get(f"STATIONS_{name}", "").strip()

        def path(name: str) -> Path | None:
            return Path(value(name)) if value(name) else None

        return cls(
            city=value("CITY") or DEFAULT_CITY,
            database=value("DATABASE") or DEFAULT_DATABASE,
            language=as_language(value("LANG")),
            profiles=path("PROFILES"),
            boundary=path("BOUNDARY"),
            gazetteer=path("GAZETTEER"),
            demand=path("DEMAND"),
            demand_layer=path("DEMAND_LAYER"),
            demand_datum=datum_named(value("DEMAND_DATUM")) if value("DEMAND_DATUM") else None,
            map_approval=value("MAP_APPROVAL"),
            sign_in=value("SIGN_IN").lower(),
            identity_claim=value("IDENTITY_CLAIM") or DEFAULT_IDENTITY_CLAIM,
        ).having(**{name: value(name.upper()) or None for name in GEOCODING})

    def to_environment(self) -> dict[str, str]:
        """Return the variables that give these settings to another process."""
        values = {
            "CITY": self.city,
            "DATABASE": self.database,
            "LANG": self.language,
            "PROFILES": self.profiles,
            "BOUNDARY": self.boundary,
            "GAZETTEER": self.gazetteer,
            "DEMAND": self.demand,
            "DEMAND_LAYER": self.demand_layer,
            "DEMAND_DATUM": self.demand_datum,
            "MAP_APPROVAL": self.map_approval,
            "SIGN_IN": self.sign_in,
            "IDENTITY_CLAIM": self.identity_claim,
            **{name.upper(): getattr(self, name) for name in GEOCODING},
        }
        return {f"STATIONS_{name}": str(value) for name, value in values.items() if value}

    def now(self) -> Settings:
        """Return these settings with the register as it is, whatever day or revision was looked at."""
        return replace(self, on=None, revision=None)

    def having(self, **changes: object) -> Settings:
        """Return these settings with the `changes` that are not ``None``."""
        return replace(self, **{name: value for name, value in changes.items() if value is not None})  # type: ignore[arg-type]


def datum_named(text: str) -> Datum:
    """Return the datum that `text` names; WGS84 for an empty one. Raises `BadChoice`."""
    datum = Datum.read(text) if text else Datum.WGS84
    if datum is None:
        raise BadChoice(what=mark("Datum"), value=text, offered=", ".join(Datum))
    return datum
