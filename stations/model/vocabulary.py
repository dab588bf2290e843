"""The closed lists of words a record may use, each with its Chinese and English label and the aliases seen in files.

A member's value is its English key: what is stored, exported and sent to programs. Unknown is never a member:
it is ``None``.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache
from typing import Self

from stations.model.language import Language, mark


class Term(StrEnum):
    """A word of the vocabulary: value, Chinese label, English label, aliases."""

    zh: str
    en: str
    aliases: tuple[str, ...]

    __hash__ = str.__hash__  # a member equals its value, so it must be found in a dict by it, too

    def __new__(cls, value: str, zh: str = "", en: str = "", *aliases: str) -> Self:
        """Make a member; with its value alone, the class finds it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh, member.en, member.aliases = zh, en, aliases
        return member

    def label(self, language: Language) -> str:
        """Return the label in `language`."""
        return self.en if language == "en" else self.zh

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the member that `text` names by key, label or alias; width, case and spaces are ignored."""
        names = _names(cls)
        member = names.get(text) or names.get(folded(text))
        return member if isinstance(member, cls) else None


def folded(text: str) -> str:
    """Return `text` as it is compared: NFKC, lower case, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


@cache
def _names(terms: type[Term]) -> dict[str, Term]:
    """Return every name as it is written, which is quick to find, and as it is compared."""
    names = {name: term for term in terms for name in (term.value, term.zh, term.en, *term.aliases)}
    return names | {folded(name): term for name, term in names.items()}


_APART, _BESIDE = re.compile(r"[()（）\[\]【】/、,，]+"), re.compile("坐标系统?|坐标|(?<!天)地图|经纬度|拾取")
_LONGEST_DATUM = 40


class Datum(Term):
    """The datum coordinates are given in."""

    WGS84 = "WGS84", "WGS84", "WGS84", "WGS-84", "EPSG:4326", "GPS", "大地坐标系", "WGS1984"
    GCJ02 = "GCJ-02", "GCJ-02", "GCJ-02", "GCJ02", "火星坐标系", "火星", "国测局", "高德", "腾讯", "高德坐标系"
    BD09 = "BD-09", "BD-09", "BD-09", "BD09", "BD-09LL", "BD09LL", "百度", "百度坐标系"
    CGCS2000 = (
        "CGCS2000",
        "CGCS2000",
        "CGCS2000",
        "CGCS-2000",
        "国家2000",
        "2000国家大地坐标系",
        "EPSG:4490",
        "天地图",
        "2000坐标系",
    )

    @classmethod
    def read(cls, text: str) -> Datum | None:
        """Return the datum that `text` names, also beside words like 地图 and 坐标, or twice: 高德地图（GCJ-02）."""
        named = super().read(text)
        if named is None and len(text) <= _LONGEST_DATUM:
            parts = [part for part in map(folded, _APART.split(text)) if part]
            found = {super(Datum, cls).read(part) or super(Datum, cls).read(_BESIDE.sub("", part)) for part in parts}
            named = found.pop() if len(found) == 1 else None
        return named


_OTHER_DATUMS = {
    mark("Beijing 1954"): re.compile(r"北京(?:19)?54|1954年?北京|\b(?:beijing|bj)-?(?:19)?54"),
    mark("Xian 1980"): re.compile(r"西安(?:19)?80|1980年?西安|\bxi['’]?an-?(?:19)?80"),
}


def other_datum(text: str) -> str | None:
    """Return the datum of old that a text names (marked), to which there are parameters for small areas alone."""
    words = folded(text[:_LONGEST_DATUM])
    return next((name for name, names in _OTHER_DATUMS.items() if names.search(words)), None)


class Tier(Term):
    """The highest honour a station holds, highest first."""

    NATIONAL = (
        "national",
        "全国最美",
        "National",
        "全国最美驿站",
        "全国最美工会户外劳动者服务站点",
        "全国级",
        "国家级",
        "全国",
    )
    PROVINCIAL = (
        "provincial",
        "省级",
        "Provincial",
        "省级最美",
        "省级最美驿站",
        "安徽省最美",
        "省最美",
        "省最美驿站",
        "省",
    )
    MUNICIPAL = "municipal", "市级", "Municipal", "市级最美", "市级最美驿站", "市最美", "市最美驿站", "市"
    NONE = "none", "普通", "No honour", "无", "一般", "普通站点"

    @property
    def rank(self) -> int:
        """0 for national to 3 for none: smaller is higher."""
        return list(Tier).index(self)

    @classmethod
    def at_least(cls, tier: Tier) -> tuple[Tier, ...]:
        """Return `tier` and every higher one, highest first."""
        return tuple(cls)[: tier.rank + 1]


class Honour(Term):
    """An honour that a station can hold beside a higher one, which is its tier; highest first."""

    PROVINCIAL = Tier.PROVINCIAL.value, Tier.PROVINCIAL.zh, Tier.PROVINCIAL.en, *Tier.PROVINCIAL.aliases
    MUNICIPAL = Tier.MUNICIPAL.value, Tier.MUNICIPAL.zh, Tier.MUNICIPAL.en, *Tier.MUNICIPAL.aliases


class Status(Term):
    """Where a station stands in its life."""

    PLANNED = "planned", "筹建", "Planned", "拟建", "建设中"
    IN_USE = (
        "in_use",
        "在用",
        "In use",
        "使用中",
        "正在使用",
        "正常",
        "正常运行",
        "运行中",
        "运营中",
        "启用",
        "已启用",
        "开放",
        "正常开放",
    )
    MAINTENANCE = "maintenance", "维护", "Maintenance", "维修", "维护中"
    SUSPENDED = "suspended", "暂停", "Suspended", "停用", "已停用", "暂停使用"
    DELISTED = "delisted", "摘牌", "Delisted", "已摘牌", "撤销", "已撤销", "关闭", "已关闭"
    MOVED = "moved", "迁址", "Moved", "已迁址", "搬迁", "已搬迁"

    @property
    def in_use(self) -> bool:
        """Whether the station can be used: also one that has moved, at the place where it is now."""
        return self in {Status.IN_USE, Status.MOVED}


class BuildType(Term):
    """Who built the station, and how."""

    UNION = "union", "工会自建", "Built by the union", "自建"
    GOVERNMENT = "government", "政府共建", "Built with government"
    SOCIETY = "society", "社会共建", "Built with society"
    INTEGRATED = "integrated", "集成共建", "Integrated"
    MOBILE = "mobile", "流动", "Mobile", "流动驿站"


class HostType(Term):
    """The kind of premises a station is in."""

    BANK = "bank", "银行网点", "Bank branch", "银行"
    FUEL = "fuel", "加油站", "Petrol station"
    SHOP = "shop", "便利店", "Convenience store", "超市"
    PARTY_SERVICE = (
        "party_service",
        "政务/党群服务中心",
        "Public service centre",
        "政务服务中心",
        "党群服务中心",
        "便民服务中心",
    )
    COMMUNITY = "community", "社区", "Community centre", "社区服务中心"
    POLICE = "police", "警务室", "Police post", "派出所"
    PARCEL = "parcel", "快递网点", "Parcel depot", "快递站"
    SERVICE_HALL = "service_hall", "营业厅", "Service hall"
    PARK_TOILET = "park_toilet", "公园公厕", "Park or public toilet", "公园", "公厕"
    SANITATION = "sanitation", "环卫场站", "Sanitation depot", "环卫站"
    MEDICAL = "medical", "医院药店", "Hospital or pharmacy", "医院", "药店"
    MALL = "mall", "商场", "Shopping centre"
    TRANSPORT = "transport", "车站", "Transport station"
    SITE = "site", "工地", "Construction site"
    CULTURE = "culture", "文化宫", "Cultural palace", "工人文化宫"
    OTHER = "other", "其他", "Other", "其它"


class CoordSource(Term):
    """How the coordinates were obtained.

    `AREA` are nobody's: a point inside the district or township that a record names stands for it, on maps alone.
    """

    FIELD_GPS = "field_gps", "现场GPS", "GPS on site", "GPS采集", "现场采集"
    MAP_CLICK = "map_click", "地图点选", "Clicked on the map", "地图选点"
    MAP_POI = "map_poi", "地图POI", "Map point of interest", "POI"
    GEOCODED = "geocoded", "地理编码", "Geocoded address", "地址地理编码", "地址解析"
    AREA = "area", "按县区或乡镇估定", "Estimated from the district or township", "区域估定"
    GENERATED = "generated", "示例生成", "Generated for demonstration"


class CoordPrecision(Term):
    """What the coordinates point at, finest first."""

    ADDRESS = "address", "门址", "Address", "门牌"
    BUILDING = "building", "建筑", "Building"
    STREET = "street", "道路", "Street", "街道"
    TOWNSHIP = "township", "乡镇", "Township"
    DISTRICT = "district", "县区", "District", "区县"

    @property
    def error_m(self) -> float:
        """An assumed root mean square distance from the recorded to the true place, in metres.

        Assumptions, not measurements of these stations. Address and street follow what Cayo and Talbot (2003,
        Int. J. of Health Geographics 2:10) measured of suburban addresses in New York State: 95 % of those
        placed by parcel lay within 39 m, of those interpolated along streets within 421 m; a circular normal
        error has its 95 % at 1.73 times the root mean square (FGDC-STD-007.3-1998), so 23 m and 243 m. In
        towns it was a third of that for streets, in the country seven times. Building: twice the address, our
        own. Township and district: a place anywhere in a disc of 25 and 225 km², recorded at its centre (its
        radius by √2).
        """
        metres = {"address": 25.0, "building": 50.0, "street": 250.0, "township": 2000.0, "district": 6000.0}
        return metres[self.value]


class Locator(Term):
    """What finds the place of an address: names of districts and townships alone, or a service on the network."""

    OFFLINE = "offline", "离线（按县区、乡镇名称）", "Offline (by names of districts and townships)"
    TIANDITU = "tianditu", "天地图", "Tianditu"
    AMAP = "amap", "高德", "Amap"
    BAIDU = "baidu", "百度", "Baidu"
    NOMINATIM = "nominatim", "Nominatim", "Nominatim"

    @property
    def datum(self) -> Datum:
        """The datum of the places it answers with."""
        known = {"tianditu": Datum.CGCS2000, "amap": Datum.GCJ02, "baidu": Datum.BD09}
        return known.get(self.value, Datum.WGS84)


class Facility(Term):
    """What a station may offer."""

    WATER = "water", "饮水", "Drinking water", "饮水机"
    HOT_WATER = "hot_water", "热水", "Hot water"
    MICROWAVE = "microwave", "微波炉", "Microwave for meals", "热饭", "热餐", "加热饭菜", "microwave oven", "hot meal"
    FRIDGE = "fridge", "冰箱", "Fridge"
    AIR_CONDITIONING = "air_conditioning", "空调", "Air conditioning"
    SEATING = "seating", "桌椅", "Tables and seats", "座椅"
    CHARGING = "charging", "充电", "Phone charging", "手机充电"
    EV_CHARGING = "ev_charging", "电动车充换电", "E-bike charging", "电动车充电", "换电"
    TOILET = "toilet", "厕所", "Toilet", "卫生间", "洗手间"
    FIRST_AID = "first_aid", "药箱", "First-aid kit", "急救箱", "医药箱"
    AED = "aed", "AED", "AED", "除颤仪"
    WIFI = "wifi", "WiFi", "Wi-Fi", "无线网络"
    BOOKS = "books", "图书", "Books", "书报"
    RAIN_GEAR = "rain_gear", "雨具", "Rain gear", "雨伞"
    TOOLS = "tools", "维修工具", "Repair tools", "工具箱"
    PUMP = "pump", "打气筒", "Tyre pump"
    LOCKERS = "lockers", "储物柜", "Lockers"
    NURSING = "nursing", "母婴", "Nursing room", "母婴室"
    SHOWER = "shower", "淋浴", "Shower"
    PARKING = "parking", "停车", "Parking", "停车位"


class FacilityState(Term):
    """Whether a facility is there. Unknown is the absence of an entry."""

    YES = "yes", "有", "Yes", "是", "√", "✓", "y", "true", "1"
    NO = "no", "无", "No", "否", "×", "n", "false", "0", "没有"
    OUT_OF_ORDER = "out_of_order", "故障", "Out of order", "损坏", "维修"


class WorkerGroup(Term):
    """Whom a station serves."""

    COURIERS = "couriers", "快递员", "Couriers"
    RIDERS = "riders", "外卖配送员", "Delivery riders", "外卖员", "骑手", "外卖骑手"
    DRIVERS = "drivers", "货车司机", "Truck drivers", "卡车司机", "司机"
    RIDE_HAILING = "ride_hailing", "网约车司机", "Ride-hailing drivers", "出租车司机"
    SANITATION = "sanitation", "环卫工人", "Sanitation workers", "环卫"
    TRAFFIC = "traffic", "交通警辅", "Traffic police and wardens", "交警", "辅警"
    BUILDING = "building", "建筑工人", "Building workers"
    OTHER = "other", "其他户外劳动者", "Other outdoor workers", "户外劳动者", "其他"


class Group(Term):
    """Whose weight a column of demand data gives."""

    RESIDENTS = "residents", "常住人口", "Residents", "people", "人口", "人数", "人口数", "居民", "population"
    COURIERS = "couriers", "快递员", "Couriers", "快递员数", "快递员人数", "快递小哥"
    RIDERS = "riders", "外卖骑手", "Delivery riders", "骑手", "骑手数", "外卖员", "外卖员数", "外卖配送员"
    DRIVERS = "drivers", "货车司机", "Truck drivers", "货车司机数", "货车司机人数", "卡车司机"
    SANITATION = "sanitation", "环卫工人", "Sanitation workers", "环卫工人数", "环卫工", "环卫"
    MEMBERS = "members", "工会会员", "Union members", "会员", "会员数", "会员人数", "工会会员数", "工会会员人数"

    @property
    def column(self) -> str:
        """The name of its column in demand data that is handed in or out: `people` for residents, else the key."""
        return "people" if self is Group.RESIDENTS else self.value


class GapOrder(Term):
    """What gaps are listed by, the most first. A gap's number stays its rank by people, which the map shows."""

    PEOPLE = "people", "人数", "people"
    PEOPLE_DISTANCE = "people-distance", "人数 × 距离", "people by distance"


class SnapshotKind(Term):
    """What a map for paper shows."""

    TIERS = "tiers", "站点等级图", "Stations by tier"
    COVERAGE = "coverage", "覆盖图", "Coverage"
    GAPS = "gaps", "缺口图", "Gaps"
    PROPOSALS = "proposals", "选址建议图", "Proposals"
    PAIR = "pair", "前后对比图", "Before and after"
    EACH_TIER = "each-tier", "分等级图", "Each tier by itself"
    YEARS = "years", "逐年图", "Year by year"
    DISTRICTS = "districts", "分县区覆盖率图", "Coverage by district"

    @property
    def asks(self) -> bool:
        """Whether it shows the answer to a question, so that it needs a radius."""
        return self not in {SnapshotKind.TIERS, SnapshotKind.EACH_TIER, SnapshotKind.YEARS}


class PageLayout(Term):
    """The size and shape of a page."""

    LANDSCAPE = "landscape", "A4 横向", "A4 landscape"
    PORTRAIT = "portrait", "A4 纵向", "A4 portrait"
    SLIDE = "slide", "幻灯片 16:9", "Slide 16:9"
    SQUARE = "square", "正方形", "Square"
    COLUMN = "column", "正文栏宽", "Column of text"


class BaseKind(Term):
    """The kinds of activity base (阵地)."""

    CULTURAL_PALACE = "cultural_palace", "工人文化宫", "Workers' cultural palace", "文化宫"
    SERVICE_CENTRE = "service_centre", "职工服务中心", "Workers' service centre"
    WORKERS_HOME = "workers_home", "职工之家", "Workers' home"
    SUNSHINE_HOME = "sunshine_home", "阳光家园", "Sunshine home"
    BOOK_HOUSE = "book_house", "职工书屋", "Workers' book house", "书屋"
    RECUPERATION = "recuperation", "职工疗休养基地", "Recuperation base", "疗休养基地"
    INNOVATION_STUDIO = (
        "innovation_studio",
        "劳模和工匠人才创新工作室",
        "Innovation studio",
        "创新工作室",
        "劳模创新工作室",
    )
    RURAL_REVITALISATION = (
        "rural_revitalisation",
        "乡村振兴劳模基地",
        "Rural-revitalisation base",
        "乡村振兴基地",
    )
    CRAFTSMEN_COLLEGE = "craftsmen_college", "工匠学院", "Craftsmen's college"
    NURSING_ROOM = "nursing_room", "爱心母婴室", "Nursing room", "母婴室"
    COUNSELLING = "counselling", "心灵驿站", "Counselling room"
    DRIVERS_HOME = "drivers_home", "司机之家", "Drivers' home"
    NEW_EMPLOYMENT = "new_employment", "新就业形态劳动者服务中心", "New-employment workers' centre"
    LEGAL_AID = "legal_aid", "职工法律援助点", "Legal-aid point", "法律援助点"
    CRAFT_MUSEUM = "craft_museum", "劳模工匠馆", "Craftsmen's hall"
    OTHER = "other", "其他", "Other", "其它"
