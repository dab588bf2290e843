"""What tells one place of a list from another: the words of its name that are its own, and its address."""

from __future__ import annotations

import re

from stations.model.vocabulary import folded

_CITY = re.compile("^(?:[一-鿿]{2,3}省|[一-鿿]{2,8}自治区)?[一-鿿]{2,4}市(?![场政民容委])")
_OF_ANY_STATION = re.compile(
    "示例|总工会|工[会會]|[驿驛]站|户外(?:劳动者|职工|工作者)|新就业形态|劳动者|职工|爱心|暖心|温馨"
    "|服务站点|服务[站点]|休息[站点]|站点|之家|港湾"
)
_BRANCH = re.compile("(?<=[路街巷道村])[店站点]$")
_MARKS = re.compile(r"[\W_]+")
_CITY_WITHOUT_ENDING = 2
_SHORTEST_ADDRESS = 4


def own_words(name: str, district: str) -> str:
    """Return the words of a name that it does not share with any station, in one order and with a space between.

    Left out are what any station is called (工会驿站, 户外劳动者, 服务站), the city and the record's own district in
    front, and 店, 站 or 点 behind a road: 洞山中路 is left of 淮南市田家庵区洞山中路工会驿站, of 工会驿站(洞山中路店)
    and of 洞山中路户外劳动者驿站. A name of nothing else stays as it is. Both texts are `folded`.
    """
    words = (_without_city(word, district) for word in _MARKS.split(_OF_ANY_STATION.sub(" ", name)))
    return " ".join(sorted({_BRANCH.sub("", word) for word in words} - {""})) or name


def compared_address(address: str, district: str) -> str:
    """Return an address, `folded`, without marks, city and district; empty where little is left to tell it by."""
    text = _without_city(_MARKS.sub("", folded(address)), district)
    return text if len(text) >= _SHORTEST_ADDRESS else ""


def _without_city(text: str, district: str) -> str:
    """Return a text without the city and the district that it may begin with."""
    at = text.find(district) if district else -1
    if 0 <= at <= _CITY_WITHOUT_ENDING or (at > 0 and text[at - 1] in "省市"):
        return text[at + len(district) :]
    return _CITY.sub("", text)
