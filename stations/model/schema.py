"""What a station and an activity base are: one schema for import, form, export, templates and documentation.

Every field carries its Chinese header, its English header and the aliases seen in real lists (`aliases`); its name is
the key in files, JSON and the store. Thin records are normal: only the name is required, everything else may be unknown
(``None``, or an empty list). Coordinates are WGS84; what the source gave is kept in the ``source_…`` fields.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from stations.model import reading
from stations.model.aliases import ALIASES
from stations.model.language import Language, current_language, mark
from stations.model.vocabulary import (
    BaseKind,
    BuildType,
    CoordPrecision,
    CoordSource,
    Datum,
    Facility,
    FacilityState,
    Honour,
    HostType,
    Status,
    Tier,
    WorkerGroup,
)

Kind = Literal["station", "base"]

DEMONSTRATION = "示例数据"
"""The `source` of every made-up record: what carries it is demonstration data, wherever it goes."""

STALE_AFTER_DAYS = 180
"""What was verified longer ago has to be verified anew."""


@dataclass(frozen=True)
class Header:
    """The names of a field in files: Chinese header, English header, aliases seen in real lists; an example cell."""

    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    example: str = ""

    def label(self, language: Language) -> str:
        """Return the header in `language`."""
        return self.en if language == "en" else self.zh


_SQUARE_METRES = "m2|平方米|平米|平方"

Text = Annotated[str | None, BeforeValidator(reading.text(200))]
LongText = Annotated[str | None, BeforeValidator(reading.text(2000))]
Identifier = Annotated[str | None, BeforeValidator(reading.identifier)]
Day = Annotated[dt.date | None, BeforeValidator(reading.day)]
Longitude = Annotated[float | None, BeforeValidator(reading.angle(-180, 180))]
Latitude = Annotated[
    float | None, BeforeValidator(reading.angle(-180, 180, example="32.6457"))
]  # beyond ±90: see coordinate_problem
Count = Annotated[int | None, BeforeValidator(reading.whole(0, 1_000_000, unit="人次?|名|位"))]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Place(BaseModel):
    """What stations and bases share: a name, a place, somebody who answers for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str | None, BeforeValidator(reading.text(60))] = None
    district: Annotated[Text, Header("所属县区", "District", ALIASES["district"], "田家庵区")] = None
    union_unit: Annotated[Text, Header("所属工会", "Union", ALIASES["union_unit"], "田家庵区总工会")] = None
    township: Annotated[Text, Header("乡镇街道", "Township", ALIASES["township"], "国庆街道")] = None
    address: Annotated[Text, Header("详细地址", "Address", ALIASES["address"], "洞山中路 8 号")] = None
    lon: Annotated[Longitude, Header("经度", "Longitude", ALIASES["lon"], "117.0183")] = None
    lat: Annotated[Latitude, Header("纬度", "Latitude", ALIASES["lat"], "32.6457")] = None
    datum: Annotated[
        Datum | None,
        BeforeValidator(reading.datum),
        Header("坐标系", "Datum", ("坐标系统", "坐标类型", "crs"), "GCJ-02"),
    ] = None
    source_lon: Annotated[Longitude, Header("原始经度", "Source longitude")] = None
    source_lat: Annotated[Latitude, Header("原始纬度", "Source latitude")] = None
    source_datum: Annotated[Datum | None, BeforeValidator(reading.datum), Header("原始坐标系", "Source datum")] = None
    coord_source: Annotated[
        CoordSource | None,
        BeforeValidator(reading.term(CoordSource)),
        Header("坐标来源", "Coordinate source", (), "地图点选"),
    ] = None
    coord_precision: Annotated[
        CoordPrecision | None,
        BeforeValidator(reading.term(CoordPrecision)),
        Header("定位精度", "Coordinate precision", ("精度",), "门址"),
    ] = None
    opening_hours: Annotated[
        Text, Header("开放时间", "Opening hours", ALIASES["opening_hours"], "周一至周五 08:00-18:00")
    ] = None
    contact_phone: Annotated[Text, Header("联系电话", "Contact phone", ALIASES["contact_phone"])] = None
    verified_on: Annotated[Day, Header("核验日期", "Verified on", ALIASES["verified_on"], "2026-06-30")] = None
    verified_by: Annotated[Text, Header("核验单位", "Verified by", ("核实单位", "核查单位"), "田家庵区总工会")] = None
    source: Annotated[Text, Header("数据来源", "Source", ("来源", "资料来源", "信息来源"), "2026 年站点台账")] = None
    notes: Annotated[LongText, Header("备注", "Notes", ALIASES["notes"], "入口在银行西侧")] = None

    photos: tuple[Digest, ...] = ()
    """Its photos by their digests (`stations.model.photos`), in the order in which they are shown."""

    extra: dict[str, str] = {}
    """Columns of the source that are no field here, kept as they came."""

    @model_validator(mode="after")
    def _whole_place(self) -> Self:
        problem = coordinate_problem(self.lon, self.lat)
        if problem:
            raise reading.unreadable(problem, field="lon" if self.lon is not None else "lat")
        if self.name is None:
            raise reading.unreadable(mark("The name is missing. Every record needs one."), field="name")
        if self.lon is not None and self.datum is None:
            raise reading.unreadable(
                mark("The datum of the coordinates is missing. Fill in “{column}”."),
                column=_header("datum"),
                field="datum",
            )
        return self

    @model_validator(mode="after")
    def _verified(self, info: ValidationInfo) -> Self:
        """Refuse a verification on a day to come, see `entering`."""
        today = (info.context or {}).get("today")
        if today and self.verified_on and self.verified_on > today:
            raise reading.unreadable(
                mark("“{verified}” lies in the future. Give the day on which somebody last made sure of it."),
                verified=_header("verified_on"),
                field="verified_on",
            )
        return self


class Station(Place):
    """A union service station (工会驿站)."""

    station_id: Annotated[Identifier, Header("站点编号", "Station ID", ALIASES["station_id"], "340400-0001")] = None
    name: Annotated[
        str | None,
        BeforeValidator(reading.text(60)),
        Header("站点名称", "Name", ALIASES["station_name"], "工会驿站(洞山中路店)"),
    ] = None
    tier: Annotated[
        Tier,
        BeforeValidator(lambda cell: reading.term(Tier)(cell) or Tier.NONE),
        Header("等级", "Tier", ALIASES["tier"], "市级"),
    ] = Tier.NONE
    other_honours: Annotated[
        tuple[Honour, ...],
        BeforeValidator(reading.several(Honour)),
        Header("其他荣誉", "Other honours"),
    ] = ()
    star: Annotated[Annotated[int | None, BeforeValidator(reading.star)], Header("星级", "Star", (), "4")] = None
    build_type: Annotated[
        BuildType | None, BeforeValidator(reading.term(BuildType)), Header("建设方式", "Build type", (), "社会共建")
    ] = None
    host_type: Annotated[
        HostType | None,
        BeforeValidator(reading.term(HostType)),
        Header("依托场所", "Host", ("依托单位类型", "场所类型"), "银行网点"),
    ] = None
    facilities: Annotated[
        dict[Facility, FacilityState],
        BeforeValidator(reading.facilities),
        Header("服务设施", "Facilities", ("设施", "设施设备"), "饮水、微波炉、厕所:故障"),
    ] = {}
    services: Annotated[LongText, Header("服务功能", "Services", ALIASES["services"], "法律咨询、应急救助")] = None
    groups: Annotated[
        tuple[WorkerGroup, ...],
        BeforeValidator(reading.several(WorkerGroup)),
        Header("服务群体", "Groups", ("服务对象", "服务人群"), "快递员、环卫工人"),
    ] = ()
    capacity: Annotated[
        Count, Header("容纳人数", "Capacity", ("可容纳人数", "容纳人数(人)", "容量", "容量(人)"), "12")
    ] = None
    area_m2: Annotated[
        Annotated[
            float | None, BeforeValidator(reading.number(0, 1_000_000, example="35", grouped=True, unit=_SQUARE_METRES))
        ],
        Header("面积", "Area (m²)", ALIASES["area_m2"], "35"),
    ] = None
    daily_visits: Annotated[Count, Header("日均服务人次", "Daily visits", ALIASES["daily_visits"], "60")] = None
    status: Annotated[
        Status | None, BeforeValidator(reading.term(Status)), Header("状态", "Status", ALIASES["status"], "在用")
    ] = None
    opened_on: Annotated[Day, Header("启用日期", "Opened on", ALIASES["opened_on"], "2024-05-01")] = None
    status_on: Annotated[
        Day, Header("状态日期", "Status since", ("状态时间", "状态变更日期", "状态变更时间"), "2024-05-01")
    ] = None
    status_reason: Annotated[Text, Header("原因", "Reason", ("状态原因", "摘牌原因"))] = None
    document_no: Annotated[Text, Header("文号", "Document number", ALIASES["document_no"], "淮工发〔2024〕12号")] = None

    @field_validator("other_honours", mode="after")
    @classmethod
    def _beside_the_tier(cls, honours: tuple[Honour, ...], info: ValidationInfo) -> tuple[Honour, ...]:
        """Leave out the tier itself, and refuse what is higher: the tier is the highest honour."""
        tier = info.data.get("tier", Tier.NONE)
        if any(Tier(honour).rank < tier.rank for honour in honours):
            raise reading.unreadable(
                mark("“{tier}” is the highest honour of a station, but “{others}” names a higher one. Correct one."),
                tier=_header("tier"),
                others=_header("other_honours"),
            )
        return tuple(honour for honour in honours if Tier(honour) is not tier)

    @model_validator(mode="after")
    def _reasons(self) -> Self:
        if self.status is Status.DELISTED and self.status_reason is None:
            raise reading.unreadable(
                mark("A delisted station needs a reason. Fill in “{column}”."),
                column=_header("status_reason"),
                field="status_reason",
            )
        if self.opened_on and self.status_on and self.status_on < self.opened_on:
            raise reading.unreadable(
                mark("“{status}” lies before “{opened}”. Correct one of the two dates."),
                status=_header("status_on"),
                opened=_header("opened_on"),
                field="status_on",
            )
        return self

    @model_validator(mode="after")
    def _entered(self, info: ValidationInfo) -> Self:
        """Refuse what nobody may enter, see `entering`; what the register holds may be of an earlier form."""
        today = (info.context or {}).get("today")
        if today is None:
            return self
        if self.status is Status.DELISTED and not reading.says_something(self.status_reason):
            raise reading.unreadable(
                mark("“{reason}” is no reason. Say in the column “{column}” why the station was delisted."),
                reason=self.status_reason,
                column=_header("status_reason"),
                field="status_reason",
            )
        if self.status_on and self.status_on > today and self.status not in {None, Status.PLANNED}:
            raise reading.unreadable(
                mark(
                    "A status holds from today or from an earlier day; only “{planned}” may lie ahead. "
                    "Enter this status on that day."
                ),
                planned=Status.PLANNED.label(current_language()),
                field="status_on",
            )
        if self.opened_on and self.opened_on > today and self.status not in {None, Status.PLANNED}:
            raise reading.unreadable(
                mark("“{opened}” lies in the future; only a station that is “{planned}” opens on a day to come."),
                opened=_header("opened_on"),
                planned=Status.PLANNED.label(current_language()),
                field="opened_on",
            )
        return self


class Base(Place):
    """An activity base (职工服务阵地); one place may be of several kinds."""

    base_id: Annotated[Identifier, Header("阵地编号", "Base ID", ("编号", "阵地编码", "基地编号"), "340400-J0001")] = (
        None
    )
    name: Annotated[
        str | None,
        BeforeValidator(reading.text(60)),
        Header("阵地名称", "Name", ALIASES["base_name"], "田家庵区职工服务中心"),
    ] = None
    kinds: Annotated[
        tuple[BaseKind, ...],
        BeforeValidator(reading.several(BaseKind)),
        Header("阵地类型", "Kinds", ("类型", "类别", "阵地种类"), "职工书屋、心灵驿站"),
    ] = ()


RECORDS: Mapping[Kind, type[Place]] = {"station": Station, "base": Base}
IDENTIFIERS: Mapping[Kind, str] = {"station": "station_id", "base": "base_id"}
DAYS = ("opened_on", "status_on", "verified_on")
"""The fields that hold a date."""
BESIDE = ("photos", "extra")
"""What a record holds beside its fields: no header of a list means it, so that an import leaves photos as they are."""


def entering() -> dict[str, Any]:
    """Return the context in which a record that somebody enters or imports now is validated."""
    return {"today": dt.datetime.now().astimezone().date()}


def coordinate_problem(lon: float | None, lat: float | None) -> str | None:
    """Return what is wrong with a pair of coordinates as a marked message, or ``None``.

    A pair is complete or absent; (0, 0) is no place; longitude and latitude in each other's range for China
    (73–136, 3–54) are swapped.
    """
    if lon is None and lat is None:
        return None
    if lon is None or lat is None:
        return mark("Only one of longitude and latitude is given. Give both, or neither for a place not located yet.")
    if lon == 0 and lat == 0:
        return mark(
            "(0, 0) is in the Atlantic: a placeholder, not a place. Leave both cells empty if the place is not known."
        )
    if 3 <= lon <= 54 and 73 <= lat <= 136:
        return mark("Longitude and latitude are swapped. Exchange the two.")
    if abs(lat) > 90:
        return mark("Latitude lies between -90 and 90. Check the cell.")
    return None


def fields(kind: Kind) -> Mapping[str, Header]:
    """Return the fields of a record with their headers, identifier and name first, in the order of exports."""
    return _fields(kind)


@cache
def _fields(kind: Kind) -> Mapping[str, Header]:
    headers = {
        name: meta
        for name, info in RECORDS[kind].model_fields.items()
        for meta in info.metadata
        if isinstance(meta, Header)
    }
    first = (IDENTIFIERS[kind], "name", "tier" if kind == "station" else "kinds")
    return {name: headers[name] for name in dict.fromkeys([*first, *headers])}


@cache
def free_texts(kind: Kind) -> tuple[str, ...]:
    """Return the fields that hold what somebody wrote: no numbers, dates, identifiers or words of a vocabulary."""
    return tuple(
        name
        for name in fields(kind)
        if RECORDS[kind].model_fields[name].annotation == str | None and name != IDENTIFIERS[kind]
    )


def _header(field: str) -> str:
    """Return the header of a station's field in the current language."""
    return _fields("station")[field].label(current_language())


def dump(record: Place) -> dict[str, Any]:
    """Return a record as JSON-ready values (enum values, ISO dates), unknown ones left out."""
    return {key: value for key, value in record.model_dump(mode="json").items() if value not in (None, [], {})}
