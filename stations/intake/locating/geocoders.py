"""The services that answer where an address is, as geopy's geocoders: Tianditu and Amap are ours, two are its own.

Each is given the address it is asked at, an adapter that goes nowhere else, and its key. What its answer is worth is
read here too: every service has words of its own for how well it knows a place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from geopy.adapters import AdapterHTTPError
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
)
from geopy.geocoders import BaiduV3, Nominatim
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from stations.model.vocabulary import CoordPrecision

ADDRESS, BUILDING, STREET, TOWNSHIP, DISTRICT = CoordPrecision

_AMAP = {
    ADDRESS: "门牌号 门址 单元号 楼层 房间",
    BUILDING: "兴趣点 住宅区 公交地铁站点 公交站台、地铁站",
    STREET: "道路 道路交叉路口 小巷",
    TOWNSHIP: "乡镇 村庄 热点商圈",
    DISTRICT: "区县 开发区",
}
"""What Amap calls its matches (its list of 2023-12-07); country, province, city and 未知 say too little."""

_AREAS = {TOWNSHIP: "乡镇 街道 村庄 商圈 自然村 行政村 乡 镇 村", DISTRICT: "区县 区 县 开发区 行政区"}
_LINES = "道路 交叉路口 道路交叉路口 桥 高速路 国道 街道名"
_TOO_COARSE = "国家 省 省份 市 城市 地级市 NoClass UNKNOWN 未知"
_DOORS = "门址 门牌号 地名地址"

# Baidu's `confidence` says how far off a place may be: from 90 under 50 m, from 70 under 300 m, from 40 under 2 km,
# from 20 under 10 km.
_CONFIDENCE = ((90, ADDRESS), (70, STREET), (40, TOWNSHIP), (20, DISTRICT))
LEAST_COMPREHENSION = 50
"""Baidu understood the address well enough: then nine places of ten are less than 500 m off, says its manual."""
LEAST_SCORE = 80
"""Tianditu's score for a sure match, our own reading: its manual names no limit."""

# Nominatim's place ranks: https://nominatim.org/release-docs/latest/customize/Ranking/
_RANKS = ((30, BUILDING), (26, STREET), (16, TOWNSHIP), (12, DISTRICT))


class Tianditu(Geocoder):  # type: ignore[misc]  # geopy has no types
    """Tianditu (天地图), the national platform: ``/geocoder`` of http://lbs.tianditu.gov.cn/server/geocodinginterface.html.

    It answers with one place at most, in CGCS2000.
    """

    def __init__(self, api_key: str, **options: Any) -> None:
        """Be asked with a key; `options` are those of geopy's `Geocoder`."""
        super().__init__(**options)
        self.api_key, self.api = api_key, "https://api.tianditu.gov.cn/geocoder"

    def geocode(self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL) -> Any:
        """Return the place of an address, or ``None``."""
        wish = {"ds": json.dumps({"keyWord": query}, ensure_ascii=False), "tk": self.api_key}
        read = partial(self._parse_json, exactly_one=exactly_one)
        return self._call_geocoder(f"{self.api}?{urlencode(wish)}", read, timeout=timeout)

    def _parse_json(self, page: Mapping[str, Any], *, exactly_one: bool) -> Any:
        status = str(page.get("status"))
        if "code" in page:  # not the geocoder has answered, but who keeps its door
            raise GeocoderAuthenticationFailure(str(page["code"]))
        if status == "101" or (status in {"0", "404"} and not page.get("location")):
            return None
        if status != "0":
            raise GeocoderServiceError(status)
        found = page["location"]
        place = Location(found.get("keyWord"), (float(found["lat"]), float(found["lon"])), found)
        return place if exactly_one else [place]

    def _geocoder_exception_handler(self, error: Exception) -> None:
        if isinstance(error, AdapterHTTPError) and '"code":30' in "".join((error.text or "").split()):
            raise GeocoderAuthenticationFailure(str(error.status_code)) from None  # 301001 非法key, 308011 its length


class Amap(Geocoder):  # type: ignore[misc]
    """Amap (高德): ``/v3/geocode/geo`` of https://lbs.amap.com/api/webservice/guide/api/georegeo; GCJ-02."""

    def __init__(self, api_key: str, **options: Any) -> None:
        """Be asked with a key; `options` are those of geopy's `Geocoder`."""
        super().__init__(**options)
        self.api_key, self.api = api_key, "https://restapi.amap.com/v3/geocode/geo"

    def geocode(
        self, query: str, *, exactly_one: bool = True, city: str | None = None, timeout: Any = DEFAULT_SENTINEL
    ) -> Any:
        """Return the place of an address (or all that may be meant) in a city, by its adcode, or ``None``."""
        wish = {"address": query, "output": "JSON", "key": self.api_key} | ({"city": city} if city else {})
        read = partial(self._parse_json, exactly_one=exactly_one)
        return self._call_geocoder(f"{self.api}?{urlencode(wish)}", read, timeout=timeout)

    def _parse_json(self, page: Mapping[str, Any], *, exactly_one: bool) -> Any:
        if str(page["status"]) != "1" and not self._says_nothing(str(page.get("infocode"))):
            raise self._fault(str(page.get("infocode")))
        places = [self._place(found) for found in page.get("geocodes") or []]
        if not places:
            return None
        return places[0] if exactly_one else places

    @staticmethod
    def _place(found: Mapping[str, Any]) -> Location:
        lon, lat = str(found["location"]).split(",")
        return Location(found.get("formatted_address"), (float(lat), float(lon)), found)

    @staticmethod
    def _says_nothing(infocode: str) -> bool:
        return infocode in {"30000", "30001"}  # ENGINE_RESPONSE_DATA_ERROR: what it says of an address unknown to it

    @staticmethod
    def _fault(infocode: str) -> GeocoderServiceError:
        # https://lbs.amap.com/api/webservice/guide/tools/info
        if infocode in {"10003", "10044", "10045", "40000", "40001", "40002", "40003"}:
            return GeocoderQuotaExceeded(infocode)
        if infocode in {"10004", "10014", "10015", "10016", "10019", "10020", "10021", "10029"}:
            return GeocoderRateLimited(infocode)
        if infocode.startswith("10"):
            return GeocoderAuthenticationFailure(infocode)
        return GeocoderQueryError(infocode) if infocode.startswith("20") else GeocoderServiceError(infocode)


class Baidu(BaiduV3):  # type: ignore[misc]
    """Baidu, as geopy asks it, with two of its answers read as they are meant; BD-09."""

    def _parse_json(self, page: Mapping[str, Any], exactly_one: bool = True) -> Any:
        if "无相关结果" in f"{page.get('msg')}{page.get('message')}":
            return None
        return super()._parse_json(page, exactly_one)

    def _check_status(self, status: int) -> None:
        if status in {
            401,
            402,
        }:  # too many at a time; the others of this range: the day's quota
            raise GeocoderRateLimited(str(status))
        super()._check_status(status)


__all__ = ["Amap", "Baidu", "Nominatim", "Tianditu", "precision_of", "sure"]


def precision_of(provider: str, found: Mapping[str, Any]) -> CoordPrecision | None:
    """Return how well a service knows a place that it has found; ``None`` where it is a whole city, or unsaid."""
    if provider == "nominatim":
        rank = found.get("place_rank")
        if found.get("type") == "house":
            return ADDRESS
        return next((term for least, term in _RANKS if isinstance(rank, int) and rank >= least), None)
    level = found.get("level")
    if not isinstance(level, str) or not level or level in _TOO_COARSE.split():
        return None
    if provider == "amap":
        return next((term for term, names in _AMAP.items() if level in names.split()), None)
    known = next((term for term, names in _AREAS.items() if level in names.split()), None)
    known = known or (STREET if level in _LINES.split() else ADDRESS if level in _DOORS.split() else BUILDING)
    return _no_finer(known, found.get("confidence")) if provider == "baidu" else known


def _no_finer(precision: CoordPrecision, confidence: Any) -> CoordPrecision | None:
    """Return a precision, or the coarser one that Baidu's confidence in the place allows."""
    if not isinstance(confidence, int):
        return precision
    allowed = next((term for least, term in _CONFIDENCE if confidence >= least), None)
    order = list(CoordPrecision)
    return None if allowed is None else max(precision, allowed, key=order.index)


def sure(provider: str, found: Mapping[str, Any]) -> bool:
    """Return whether a service says that it has understood the address, or does not say how well."""
    name, least = {"baidu": ("comprehension", LEAST_COMPREHENSION), "tianditu": ("score", LEAST_SCORE)}.get(
        provider, ("", 0)
    )
    said = found.get(name)
    return not isinstance(said, int | float) or said >= least
