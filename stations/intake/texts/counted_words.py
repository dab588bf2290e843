"""The words of a text that say what its figures count: a kind of record, a tier, a place, a change, something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from stations.model.city import City
from stations.model.vocabulary import BaseKind, BuildType, HostType, Status, Term, Tier, folded

_WORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("kind", "station"): (
        "驿站",
        "服务站点",
        "劳动者服务站点",
        "劳动者服务站",
        "站点",
        "service stations",
        "service station",
        "stations",
        "station",
    ),
    ("kind", "base"): ("阵地", "活动基地", "服务基地", "activity bases", "activity base", "bases", "base"),
    ("change", "added"): ("新增", "新建", "新设", "增设", "新建成", "added", "newly built", "newly opened", "new"),
    ("change", "delisted"): ("摘牌", "撤销", "关闭", "撤并", "delisted", "closed"),
    ("change", "upgraded"): ("升级", "晋升", "晋级", "upgraded"),
    ("change", "honoured"): ("获评", "荣获", "评为", "评选", "命名", "honoured", "awarded"),
    ("change", "grown"): ("净增", "增加", "增长", "多了", "increase", "rise", "up by", "grew by", "rose by"),
    ("change", "shrunk"): ("净减", "减少", "下降", "decrease", "fall", "down by", "fell by"),
    ("status", Status.IN_USE): (
        "投入使用",
        "在用",
        "正常运行",
        "正常开放",
        "正在使用",
        "投用",
        "in use",
        "in operation",
        "in service",
    ),
    ("status", Status.PLANNED): ("筹建", "在建", "拟建", "being built", "under construction"),
    ("status", Status.SUSPENDED): ("暂停使用", "暂停", "停用", "suspended"),
    ("status", Status.MAINTENANCE): ("维护中", "维修中", "under maintenance"),
    ("part", ""): ("其中", "当中", "包括", "含", "of which", "of them", "of these", "including", "among them"),
    ("city", ""): ("全市", "全域", "我市", "本市", "citywide", "across the city", "in the city"),
    ("stands", ""): (
        "建成",
        "建有",
        "共有",
        "现有",
        "已有",
        "拥有",
        "达到",
        "总数达",
        "增至",
        "减至",
        "降至",
        *(f"{verb}{to}" for verb in ("增加", "增长", "上升", "提升", "减少", "下降", "扩大", "发展") for to in "到至"),
        "total",
        "reached",
    ),
    ("share", ""): ("占比", "比例", "比重", "占", "share", "accounting for", "account for", "make up", "made up"),
    ("qualified", ""): (
        *("星级", "示范", "智能", "智慧", "24小时", "标准化", "star", "model", "24-hour"),
        *("一批", "二批", "三批", "四批", "首批", "本批", "每个", "平均", "人均", "日均", "average"),
        *("改建", "扩建", "改造", "升级改造", "改造升级", "提档升级", "改造提升"),
        *(f"{tier}{above}" for tier in ("省级", "市级") for above in ("以上", "及以上", "（含）以上")),
        *("provincial or above", "municipal or above", "降级", "downgraded"),
        *("每", "还有", "最美", "部分", "大部分", "多数", "per", "each", "every", "most of", "part of"),
    ),
    ("denied", ""): (
        *("没有", "没", "尚未", "未", "不", "无", "非", "还差", "尚差", "还缺", "尚缺", "缺少", "缺", "除", "扣除"),
        *("no", "not", "lack", "lacks", "lacking", "short of", "except", "excluding", "never", "none"),
    ),
    ("reach", ""): (
        "覆盖率",
        "覆盖",
        "服务半径",
        "半径",
        "步行",
        "可达",
        "coverage",
        "covered",
        "cover",
        "within",
        "radius",
    ),
    ("plan", ""): (
        *(
            "计划",
            "力争",
            "目标",
            "拟",
            "预计",
            "规划",
            "将",
            "明年",
            "后年",
            "来年",
            "争取",
            "确保",
            "下一步",
            "需",
            "要",
        ),
        *("应当", "建议", "希望", "打算", "准备", "有望", "申报", "申请", "待", "任务", "着手", "启动", "正在"),
        *("plan", "planned", "plans", "aims", "aim", "target", "will", "shall", "should", "need", "needs", "hope"),
        *("hopes", "next year", "to be"),
    ),
    ("elsewhere", ""): ("全国", "全省", "各省", "长三角", "nationwide", "across the province", "in the province"),
    ("everywhere", ""): (*("各县区", "县区", "各区县", "区县", "各县", "各区", "各地", "城市", "城乡"), "districts"),
    ("elsewhere", "place"): ("街道", "乡镇", "镇", "社区", "园区", "商圈", "楼宇", "村"),
    ("tier", Tier.NATIONAL): ("全国最美", "全国级", "国家级", "国家级最美", "national"),
    ("tier", Tier.PROVINCIAL): ("省级", "全省最美", "省最美", "省级最美", "provincial"),
    ("tier", Tier.MUNICIPAL): ("市级", "全市最美", "市最美", "市级最美", "municipal"),
    ("tier", Tier.NONE): (
        *("普通", "未获荣誉", "没有荣誉", "无荣誉", "未获奖", "未获评"),
        *("without an honour", "no honour", "ordinary"),
    ),
}
_FOREIGN = re.compile(r"[\u4e00-\u9fff]{1,4}?(?:自治[区州县旗]|[省市州县区旗镇乡](?![级总直委政场内外区村民])|街道)")
"""A place by its form; what bears one in a text and is none of the city's lies elsewhere: 合肥市, 我省, 该区."""
WHERE = frozenset({"place", "union", "city", "elsewhere"})
_UNIONS = ("总工会", "工会系统")

_NAMELESS = (BaseKind.OTHER, HostType.OTHER)
_PLURALS = (("y", "ies"), ("", "s"), ("", "es"))


class Said(NamedTuple):
    """A word that says what is counted: which list it is of, which one there, where it stands, and the word itself."""

    what: str
    which: str
    start: int
    end: int
    word: str


class CountedWords:
    """The words that say what is counted, the city's places among them; of two that begin together, the longer."""

    def __init__(self, city: City) -> None:
        words = {word: meaning for meaning, named in _WORDS.items() for word in named}
        words |= {name: ("qualified", "") for term in (*HostType, *BuildType) for name in _names(term)}
        words |= {name: ("base_kind", kind.value) for kind in BaseKind for name in _names(kind)}
        words |= {name: ("place", code) for name, code in _places(city) if len(name) > 1}
        words |= dict(_around(city))
        words |= {f"{name}{union}": ("union", code) for name, code in city.division_names.items() for union in _UNIONS}
        self._parents = {union.code: union.parent for union in city.unions}
        self._meanings = {word.lower(): meaning for word, meaning in words.items()}
        ordered = sorted(words, key=len, reverse=True)
        english = "|".join(re.escape(word) for word in ordered if word.isascii())
        others = "|".join(re.escape(word) for word in ordered if not word.isascii())
        self._any = re.compile(rf"{others}|(?<![a-z])(?:{english})(?![a-z])", re.ASCII | re.IGNORECASE)

    def around(self, where: Mapping[str, str]) -> str | None:
        """Return the division that a union or a zone lies in, that of its name; ``None`` for a division."""
        code = where.get("union", where.get("place"))
        return self._parents.get(code or "") if "union" in where or code not in self._parents.values() else None

    def without(self, text: str) -> str:
        """Return a piece of text without the words that say something."""
        return _FOREIGN.sub(" ", self._any.sub(" ", text))

    def in_text(self, text: str) -> Iterator[Said]:
        """Yield the words in a piece of text that say something, in its order."""
        at = 0
        for match in [*self._any.finditer(text), None]:
            until = match.start() if match else len(text)
            for foreign in _FOREIGN.finditer(text[at:until]):
                yield Said("elsewhere", "", at + foreign.start(), at + foreign.end(), foreign[0])
            if match:
                yield Said(*self._meanings[match[0].lower()], *match.span(), match[0])
                at = match.end()


def by_list(words: Iterable[Said]) -> dict[str, str]:
    """Return what is said by list; of several words of one list, and of several places, the last."""
    said = dict[str, str]()
    for word in words:
        if word.what in WHERE:
            said = {what: which for what, which in said.items() if what not in WHERE}
        said[word.what] = word.which
    return said


def _names(term: Term) -> Iterable[str]:
    """Return what a text may call what is of this kind, several of it too; 其他 says nothing."""
    if term in _NAMELESS:
        return ()
    english = {variant for ending, plural in _PLURALS for variant in _in_english(term.en, ending, plural)}
    return (*(name for name in (term.zh, *term.aliases) if len(name) > 1), *english)


def _in_english(name: str, ending: str, plural: str) -> tuple[str, ...]:
    several = name.removesuffix(ending) + plural if name.endswith(ending) else name
    return name, several


def _around(city: City) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the city's own names, and those of its province, which is another place."""
    own = {city.name: "city", city.name.removesuffix("市"): "city"}
    for name, what in {**dict.fromkeys(city.own_names, "elsewhere"), **own}.items():
        if len(name) > 1:
            yield folded(name), (what, city.adcode if what == "city" else "")
    if city.english_name:
        yield city.english_name, ("city", city.adcode)


def _places(city: City) -> Iterator[tuple[str, str]]:
    yield from ((name, code) for name, code in city.division_names.items() if not name.isdigit())
    yield from ((name, union.code) for name, union in city.zone_names.items())
    for union in city.unions:
        if union.english_name:
            yield union.english_name, union.code
            yield re.sub(r" (?:District|County|City)$", "", union.english_name), union.code
