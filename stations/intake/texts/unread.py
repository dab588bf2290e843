"""What a reader passes over beside a figure, and the words that it does not understand.

A sentence can say anything of a number: that it is wished for, that it counts only those with hot water, that it stands
somewhere else. The words that leave a figure as it is are few; a figure beside any other is not held against anything.
"""

from __future__ import annotations

import re

from stations.intake.texts.counted_words import CountedWords

_WHEN = """
同比 环比 相比 累计 总共 总计 共计 合计 一共 目前 现前 当前 截至 截止 今年 本年 本年度 以来 上年 上一年 去年 前年 年末
年底 同期 年度 近年来 近年 全年 期间 十四五 十三五 上半年 下半年 季度 已经 先后 陆续 不断 发展 上升 提高 扩大 增 减
"""
_MADE = """
建设 建立 设立 设置 打造 布局 布设 推进 完成 实现 形成 开展 持续 积极 全面 大力 高标准 高质量 扎实 统筹 正式 规模
总量 总数 数量 总数量 建成 新 并
"""
_WHOSE = """
工会 总工会 市总 户外 劳动者 新就业形态 职工 荣誉 称号 等级 类型 全国总工会 省总工会 市总工会 服务 惠及 覆盖 保障 各类
各级 类 级 不论归属
"""
_ALL_ALIKE = "全部 均 都 分别 另 其余 仅 只 就"
_PARTICLES = "年月日末底上下与比较和及从由了已又共各为达约的等获被评率净还即有个中里是至到于在数总家处座所间两"
_PASSED_OVER = (*f"{_WHEN} {_MADE} {_WHOSE} {_ALL_ALIKE}".split(), *_PARTICLES)
_FUNCTION_WORDS = """
a an the of in at to for by from with and or its their our has have had is are was were be been there this that
these those which them they it we city city's union trade federation service all now already also altogether some
so far as than more fewer since until end year years built set up established opened founded compared being number
activity count counts stood stand stands today currently present during over under only both outdoor workers
worker workers' who whole serve serves serving reach reaches lie lies respectively month months half first second
quarter made running ones
"""
_CHINESE = re.compile(rf"\d+[年月日]度?|{'|'.join(sorted(map(re.escape, _PASSED_OVER), key=len, reverse=True))}")
_FUNCTION = frozenset(_FUNCTION_WORDS.split())
_HAN = re.compile("[\u4e00-\u9fff]+")
_ENGLISH = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_MONTHS = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.IGNORECASE)


def unread(text: str, known: CountedWords, *, english: bool) -> str:
    """Return the words of a piece of text that are neither known nor passed over, ``""`` where there are none."""
    rest = known.without(text)
    if not english:
        return " ".join(_HAN.findall(_CHINESE.sub(" ", rest)))
    words = _ENGLISH.findall(_MONTHS.sub(" ", rest))
    return " ".join(word for word in words if word.lower() not in _FUNCTION)
