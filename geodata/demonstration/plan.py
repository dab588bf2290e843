"""What is laid down by hand: the seats, the countryside, and how many stations and bases each union answers for.

The seats lie where they really do to within some 2 km; every other name and figure here is made up, but the totals of
the stations, of two kinds of bases and of the residents, which are the published ones (see ../cities/huainan.toml).
"""

from __future__ import annotations

from dataclasses import dataclass

from stations.model.vocabulary import BaseKind, Group

NORTH_OF_THE_RIVER = ("340406", "340421")  # the Huai is the border of these with the others


@dataclass(frozen=True)
class Quarter:
    """A part of a division's seat: its union, its middle, its people, and how many live on a km² in the middle."""

    name: str
    union: str
    lon: float
    lat: float
    people: int
    peak_per_km2: int


SEATS: dict[str, tuple[Quarter, ...]] = {
    "340402": (
        Quarter("晨光街道", "大通区", 117.058, 32.630, 52_000, 9_000),
        Quarter("松岭街道", "大通区", 117.085, 32.606, 15_000, 5_000),
        Quarter("启航街道", "经开区", 117.080, 32.668, 34_000, 6_500),
    ),
    "340403": (
        Quarter("望淮街道", "田家庵区", 117.006, 32.652, 118_000, 9_500),
        Quarter("朝霞街道", "田家庵区", 117.022, 32.628, 108_000, 8_500),
        Quarter("银杏街道", "田家庵区", 116.978, 32.640, 105_000, 8_500),
        Quarter("枫林街道", "田家庵区", 116.936, 32.636, 85_000, 8_800),
        Quarter("云谷街道", "高新区", 116.996, 32.578, 100_000, 9_500),
        Quarter("听涛街道", "高新区", 116.965, 32.569, 36_000, 6_500),
    ),
    "340404": (
        Quarter("槐荫街道", "谢家集区", 116.863, 32.594, 76_000, 10_000),
        Quarter("石桥街道", "谢家集区", 116.889, 32.632, 40_000, 8_500),
    ),
    "340405": (
        Quarter("翠微街道", "八公山区", 116.838, 32.636, 58_000, 10_000),
        Quarter("清泉街道", "八公山区", 116.806, 32.650, 22_000, 7_000),
    ),
    "340406": (
        Quarter("矿新街道", "潘集区", 116.818, 32.772, 68_000, 9_000),
        Quarter("长堤街道", "潘集区", 116.906, 32.708, 30_000, 6_000),
    ),
    "340421": (
        Quarter("凤鸣镇", "凤台县", 116.716, 32.706, 92_000, 10_500),
        Quarter("北郭镇", "凤台县", 116.706, 32.727, 58_000, 9_000),
        Quarter("连湖镇", "毛集实验区", 116.612, 32.660, 33_000, 5_500),
    ),
    "340422": (
        Quarter("芳洲镇", "寿县", 116.783, 32.572, 100_000, 10_500),
        Quarter("新圩镇", "寿县", 116.758, 32.548, 64_000, 9_000),
        Quarter("双关镇", "寿县", 116.545, 32.462, 34_000, 6_500),
        Quarter("远航镇", "寿县", 116.930, 32.100, 40_000, 6_500),
    ),
}


@dataclass(frozen=True)
class Rural:
    """A kind of settlement outside the seats.

    The ending of its name, the share (0–1) of the rural people in such settlements, how many live on a km² in the
    middle of one, how far its middle keeps from those of others, and how far the pull of a river or road is felt.
    """

    ending: str
    share: float
    peak_per_km2: int
    apart_m: float
    pull_m: float


TOWN = Rural("镇", share=0.66, peak_per_km2=4_200, apart_m=5_200, pull_m=5_000)  # by the river
VILLAGE = Rural("乡", share=0.34, peak_per_km2=2_400, apart_m=4_000, pull_m=1_000)  # by the roads between towns

COUNTRYSIDE: dict[str, tuple[int, int]] = {  # towns and villages
    "340402": (4, 3),
    "340403": (5, 4),
    "340404": (4, 4),
    "340405": (2, 2),
    "340406": (8, 8),
    "340421": (14, 13),
    "340422": (22, 21),
}

# Stations by union: national, provincial, municipal, without an honour. Together 5, 6, 35 and 52.
STATIONS: dict[str, tuple[int, int, int, int]] = {
    "大通区": (0, 0, 3, 3),
    "田家庵区": (2, 2, 10, 11),
    "谢家集区": (0, 1, 3, 6),
    "八公山区": (0, 0, 2, 3),
    "潘集区": (0, 1, 3, 5),
    "凤台县": (1, 1, 4, 7),
    "寿县": (1, 0, 5, 10),
    "毛集实验区": (0, 0, 1, 2),
    "经开区": (0, 1, 1, 2),
    "高新区": (1, 0, 3, 3),
}

# Bases by what they are first of all. Published: 21 rural-revitalisation bases, 10 studios, more than 1,000 in all.
BASES: dict[BaseKind, int] = {
    BaseKind.CULTURAL_PALACE: 8,
    BaseKind.SERVICE_CENTRE: 11,
    BaseKind.WORKERS_HOME: 300,
    BaseKind.SUNSHINE_HOME: 56,
    BaseKind.BOOK_HOUSE: 280,
    BaseKind.RECUPERATION: 9,
    BaseKind.INNOVATION_STUDIO: 10,
    BaseKind.RURAL_REVITALISATION: 21,
    BaseKind.CRAFTSMEN_COLLEGE: 6,
    BaseKind.NURSING_ROOM: 112,
    BaseKind.COUNSELLING: 88,
    BaseKind.DRIVERS_HOME: 14,
    BaseKind.NEW_EMPLOYMENT: 16,
    BaseKind.LEGAL_AID: 62,
    BaseKind.CRAFT_MUSEUM: 4,
    BaseKind.OTHER: 39,
}

# What else such a base may be as well: one place often serves several ends.
COMPANIONS: dict[BaseKind, tuple[BaseKind, ...]] = {
    BaseKind.CULTURAL_PALACE: (BaseKind.BOOK_HOUSE, BaseKind.CRAFT_MUSEUM),
    BaseKind.SERVICE_CENTRE: (BaseKind.LEGAL_AID, BaseKind.COUNSELLING, BaseKind.NEW_EMPLOYMENT),
    BaseKind.WORKERS_HOME: (BaseKind.BOOK_HOUSE, BaseKind.COUNSELLING, BaseKind.NURSING_ROOM),
    BaseKind.SUNSHINE_HOME: (BaseKind.BOOK_HOUSE, BaseKind.COUNSELLING),
    BaseKind.RECUPERATION: (BaseKind.BOOK_HOUSE,),
    BaseKind.DRIVERS_HOME: (BaseKind.NEW_EMPLOYMENT,),
    BaseKind.NEW_EMPLOYMENT: (BaseKind.LEGAL_AID, BaseKind.COUNSELLING),
}


@dataclass(frozen=True)
class Workers:
    """How a group of workers is made up: its share (0-1) of the published total, and how it follows the people.

    A cell counts as its people to `power`: 1 is wherever people live, above 1 rather where they are dense.
    """

    share: float
    power: float


MEMBERS = Workers(share=1.0, power=1.3)  # of the published union members
NEW_FORM: dict[Group, Workers] = {  # of the new-form workers who joined in 2022
    Group.COURIERS: Workers(share=0.35, power=1.0),
    Group.RIDERS: Workers(share=0.40, power=1.5),
    Group.DRIVERS: Workers(share=0.25, power=0.7),
}
