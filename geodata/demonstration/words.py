"""Invented words for invented places; a likeness to a real name is chance.

What the generator makes of them always starts with 示例, or stands in a row that says 示例数据.
"""

from __future__ import annotations

from collections.abc import Mapping

from stations.model.vocabulary import BaseKind, BuildType, CoordPrecision, Facility, HostType


def _joined(first: str, second: str) -> tuple[str, ...]:
    return tuple(one + other for one in first.split() for other in second.split())


PLACES = _joined("柳 荷 梅 松 竹 桃 榆 槐 枣 稻 麦 粮 丰 永 长 和 清 澄 青 金 沙", "桥 湾 塘 集 店 堰 岗 圩 河 渡")
_WORDS = "听雨 暖阳 匠心 远帆 拾光 麦浪 稻香 荷风 星桥 知新 同舟 和风 云帆 溪语 松月 青禾 长亭 枕河 迎帆 砺行 初晴 繁星"
ROADS = _joined(_WORDS, "东路 中路 西路 南路 北路")
COMMUNITIES = _joined(_WORDS, "社区")
WORKPLACES = _joined(
    _WORDS, "机械厂 纺织厂 食品厂 建材厂 热电厂 化工厂 矿业公司 物流公司 建筑公司 供水公司 环卫公司 学校"
)
INDOORS = _joined(_WORDS, "商场 医院 客运站 图书馆 政务大厅")
WAYSIDE = _joined(_WORDS, "物流园 服务区 停车场")
FARMS = _joined(_WORDS, "家庭农场 合作社 果园 茶园 苗圃")
RETREATS = _joined(_WORDS, "度假村 康养中心 湖畔酒店")

# The host of a station: how often, and what such a place is called.
HOSTS: Mapping[HostType, tuple[int, tuple[str, ...]]] = {
    HostType.BANK: (14, ("银行网点", "储蓄所")),
    HostType.FUEL: (8, ("加油站",)),
    HostType.SHOP: (6, ("便利店",)),
    HostType.PARTY_SERVICE: (12, ("党群服务中心", "便民服务中心")),
    HostType.COMMUNITY: (12, ("社区",)),
    HostType.POLICE: (6, ("警务室",)),
    HostType.PARCEL: (9, ("快递网点", "快递分拨点")),
    HostType.SERVICE_HALL: (7, ("供电营业厅", "通信营业厅")),
    HostType.PARK_TOILET: (7, ("公园", "公厕")),
    HostType.SANITATION: (6, ("环卫所", "环卫站")),
    HostType.MEDICAL: (4, ("药店", "卫生院")),
    HostType.MALL: (3, ("商场",)),
    HostType.TRANSPORT: (3, ("客运站",)),
    HostType.SITE: (2, ("工地",)),
    HostType.CULTURE: (2, ("文化宫",)),
    HostType.OTHER: (2, ("物业中心",)),
}

# Where bases of a kind are kept; every other kind is kept by workplaces and communities.
KEEPERS: Mapping[BaseKind, tuple[str, ...]] = {
    BaseKind.CULTURAL_PALACE: ROADS,
    BaseKind.SERVICE_CENTRE: ROADS,
    BaseKind.SUNSHINE_HOME: COMMUNITIES,
    BaseKind.RECUPERATION: RETREATS,
    BaseKind.INNOVATION_STUDIO: WORKPLACES,
    BaseKind.RURAL_REVITALISATION: FARMS,
    BaseKind.CRAFTSMEN_COLLEGE: WORKPLACES,
    BaseKind.NURSING_ROOM: INDOORS,
    BaseKind.DRIVERS_HOME: WAYSIDE,
    BaseKind.NEW_EMPLOYMENT: ROADS,
    BaseKind.CRAFT_MUSEUM: ROADS,
}

# How often an ordinary station is known to have a facility (0–1).
COMMON: Mapping[Facility, float] = {
    Facility.WATER: 0.96,
    Facility.HOT_WATER: 0.8,
    Facility.MICROWAVE: 0.7,
    Facility.FRIDGE: 0.25,
    Facility.AIR_CONDITIONING: 0.8,
    Facility.SEATING: 0.95,
    Facility.CHARGING: 0.85,
    Facility.EV_CHARGING: 0.15,
    Facility.TOILET: 0.6,
    Facility.FIRST_AID: 0.75,
    Facility.AED: 0.05,
    Facility.WIFI: 0.5,
    Facility.BOOKS: 0.5,
    Facility.RAIN_GEAR: 0.6,
    Facility.TOOLS: 0.35,
    Facility.PUMP: 0.4,
    Facility.LOCKERS: 0.1,
    Facility.NURSING: 0.08,
    Facility.SHOWER: 0.02,
    Facility.PARKING: 0.25,
}

# Opening hours as people write them, and how often; empty is not known.
HOURS: Mapping[str, int] = {
    "08:00-18:00": 26,
    "8:00—18:00": 8,
    "08:30-17:30": 8,
    "周一至周五 08:30-17:30": 12,
    "周一至周五 08:30-12:00,14:00-17:30": 6,
    "周一至周日 07:30-19:00": 5,
    "每天 06:00-22:00": 5,
    "9点至17点": 3,
    "05:00-20:00": 3,
    "24小时": 7,
    "全天开放": 3,
    "": 14,
}

BUILT = (BuildType.UNION, BuildType.GOVERNMENT, BuildType.SOCIETY, BuildType.INTEGRATED)
SERVICES = ("歇脚饮水", "歇脚饮水、应急充电", "歇脚饮水、政策咨询", "歇脚饮水、法律咨询、心理疏导", "")

PRECISIONS: Mapping[CoordPrecision, int] = {
    CoordPrecision.ADDRESS: 45,
    CoordPrecision.BUILDING: 30,
    CoordPrecision.STREET: 18,
    CoordPrecision.TOWNSHIP: 7,
}
