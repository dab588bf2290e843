"""A geocoder on this machine that answers as the services on the network do, and notes what it was asked.

The answers are those of the manuals and of what the services are known to send, errors among them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from stations.model.settings import Settings
from stations.model.vocabulary import Locator

KEY = "Kq3-secret-of-the-office-77"


@dataclass
class Reply:
    """What is answered: a status, and JSON or bytes."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body, ensure_ascii=False).encode()


@dataclass
class Stub:
    """A service: where it is, what it was asked (path and parameters), and what it says to the next question."""

    url: str
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    says: Callable[[dict[str, str]], Reply] = lambda _wish: Reply({})

    def always(self, *replies: Reply) -> None:
        """Answer with each of some replies in turn, and with the last for ever."""
        waiting = list(replies)
        self.says = lambda _wish: waiting.pop(0) if len(waiting) > 1 else waiting[0]


@contextmanager
def serving() -> Iterator[Stub]:
    """Serve a stub on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            wish = {name: values[0] for name, values in parse_qs(parts.query).items()}
            stub.asked.append((parts.path, wish))
            reply = stub.says(wish)
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json; charset=utf-8", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", reply.headers.get("Content-Length", str(len(reply.sent))))
            self.end_headers()
            with suppress(ConnectionError):  # whoever asked may have given up
                self.wfile.write(reply.sent)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub = Stub(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def configured(settings: Settings, stub: Stub) -> Settings:
    """Return settings with every service at the stub."""
    keys = dict.fromkeys(("tianditu_key", "amap_key", "baidu_key"), KEY)
    return settings.having(**keys, **{f"{each}_url": stub.url for each in Locator if each is not Locator.OFFLINE})


# ---- the answers, each of one place


def tianditu(lon: float, lat: float, level: str = "门址", score: int = 100) -> Reply:
    place = {"score": score, "level": level, "lon": str(lon), "lat": str(lat), "keyWord": "示例路1号"}
    return Reply({"msg": "ok", "location": place, "searchVersion": "6.4.9V", "status": "0"})


def amap(*places: tuple[float, float], level: str = "门牌号") -> Reply:
    geocodes = [
        {
            "formatted_address": "示例省示例市示例西区示例路1号",
            "country": "中国",
            "province": "示例省",
            "citycode": "0554",
            "city": "示例市",
            "district": "示例西区",
            "township": [],
            "neighborhood": {"name": [], "type": []},
            "building": {"name": [], "type": []},
            "adcode": "990101",
            "street": "示例路",
            "number": "1号",
            "location": f"{lon:.6f},{lat:.6f}",
            "level": level,
        }
        for lon, lat in places
    ]
    answer = {"status": "1", "info": "OK", "infocode": "10000", "count": str(len(geocodes)), "geocodes": geocodes}
    return Reply(answer)


def amap_fault(infocode: str, info: str) -> Reply:
    return Reply({"status": "0", "info": info, "infocode": infocode})


def baidu(lon: float, lat: float, level: str = "门址", confidence: int = 90, comprehension: int = 100) -> Reply:
    result = {
        "location": {"lng": lon, "lat": lat},
        "precise": int(confidence >= 70),
        "confidence": confidence,
        "comprehension": comprehension,
        "level": level,
    }
    return Reply({"status": 0, "result": result})


def nominatim(*places: tuple[float, float], rank: int = 30, kind: str = "house") -> Reply:
    return Reply(
        [
            {
                "place_id": 235_000_000 + number,
                "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
                "osm_type": "node",
                "osm_id": 4_000_000_000 + number,
                "lat": f"{lat:.7f}",
                "lon": f"{lon:.7f}",
                "class": "place",
                "type": kind,
                "place_rank": rank,
                "importance": 0.0001,
                "addresstype": "place",
                "name": "",
                "display_name": "1, 示例路, 示例西区, 示例市, 中国",
                "boundingbox": ["0", "0", "0", "0"],
            }
            for number, (lon, lat) in enumerate(places)
        ]
    )


NOTHING = {
    Locator.TIANDITU: Reply({"msg": "无结果", "searchVersion": "6.4.9V", "status": "101"}),
    Locator.AMAP: Reply({"status": "1", "info": "OK", "infocode": "10000", "count": "0", "geocodes": []}),
    Locator.BAIDU: Reply({"status": 1, "msg": "Internal Service Error:无相关结果", "results": []}),
    Locator.NOMINATIM: Reply([]),
}
BAD_KEY = {
    Locator.TIANDITU: Reply({"code": 301001, "msg": "非法key", "resolve": "请到API控制台重新申请Key"}, 403),
    Locator.AMAP: amap_fault("10001", "INVALID_USER_KEY"),
    Locator.BAIDU: Reply({"status": 200, "message": "APP不存在，AK有误请检查再重试"}),
    Locator.NOMINATIM: Reply(b"<html><body>Access blocked</body></html>", 403),
}
NO_QUOTA = {
    Locator.TIANDITU: Reply({"msg": "too many"}, 402),
    Locator.AMAP: amap_fault("10003", "DAILY_QUERY_OVER_LIMIT"),
    Locator.BAIDU: Reply({"status": 302, "message": "天配额超限，限制访问"}),
    Locator.NOMINATIM: Reply(b"Payment required", 402),
}
TOO_OFTEN = {
    Locator.TIANDITU: Reply(b"", 429),
    Locator.AMAP: amap_fault("10021", "CUQPS_HAS_EXCEEDED_THE_LIMIT"),
    Locator.BAIDU: Reply({"status": 401, "message": "当前并发量已经超过约定并发配额，限制访问"}),
    Locator.NOMINATIM: Reply(b"Too Many Requests", 429),
}
FOUND: dict[Locator, Callable[[float, float], Reply]] = {
    Locator.TIANDITU: tianditu,
    Locator.AMAP: lambda lon, lat: amap((lon, lat)),
    Locator.BAIDU: baidu,
    Locator.NOMINATIM: lambda lon, lat: nominatim((lon, lat)),
}
SERVICES = tuple(FOUND)
