"""Maps for paper that can be drawn again: each file says how it was made, and can be held against the register."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import stations
from stations.intake.files.readers import bytes_of
from stations.model.city import City
from stations.model.errors import BadChoice, BadFile, StationsError
from stations.model.language import LANGUAGES, as_before, mark
from stations.model.settings import Settings
from stations.model.vocabulary import PageLayout, SnapshotKind, Term, Tier
from stations.planning.coverage.inputs import inputs, require_inputs
from stations.planning.maps.sheet_figures import figures_of
from stations.planning.maps.sheets import Wish, dated_note, sheet_of
from stations.planning.publishing import downloads
from stations.planning.questions import day_from, question_from, question_words
from stations.planning.register import holdings, open_register
from stations.store.register import UnknownRevision

if TYPE_CHECKING:
    from stations.planning.reporting.text_check import Finding

Named = TypeVar("Named", bound=Term)

MAKER = "station-atlas"
FORMATS = ("png", "svg", "pdf")
LEAST_DPI, MOST_DPI, PREVIEW_DPI = 72, 600, 110
PAPERS = ("", "report", "map")
"""What a file with a trace is: a picture, a report in any of its formats, or a map that opens in a browser."""
_LONGEST = 100_000
"""Characters of a trace that is read."""
_LARGEST = 2**53
"""No revision and no figure of a trace is as large."""


class OtherClock(StationsError, ValueError):
    """A revision has another date here than where a file was made: another time zone. Fields: date, then."""

    template = mark(
        "The revision is of {date} by the clock of this machine, and of {then} by that of the one that made the file. "
        "Set the time zone of that one (TZ), and try again."
    )


def picture(settings: Settings, wish: Wish) -> bytes:
    """Return the file of a map for paper, which says in itself how it was made.

    Raises as `sheets.sheet_of` does, and `MissingFont`.
    """
    wish = wish_from(wish_words(wish))  # places to 10 cm: as it will be read when it is drawn again
    return _drawn(settings, wish, json.dumps(trace(settings, wish), sort_keys=True))


def handed_out(settings: Settings, wish: Wish) -> bytes:
    """Return `picture` as somebody takes it with him, which the audit keeps. Raises `NotAllowed`, and as that does."""
    downloads.handed_out(settings, f"{wish.kind}.{wish.format}")
    return picture(settings, wish)


def preview(settings: Settings, wish: Wish) -> bytes:
    """Return a PNG that shows on a screen what `picture` gives. Raises as that does."""
    shown = replace(wish, format="png", dpi=PREVIEW_DPI)
    return _preview(settings, shown, made_from(settings, shown))


@lru_cache(maxsize=16)
def _preview(settings: Settings, wish: Wish, _made_from: str) -> bytes:
    return _drawn(settings, wish_from(wish_words(wish)), "")


def made_from(settings: Settings, wish: Wish) -> str:
    """Return what tells a picture from others before it is drawn: a digest of everything it would be made from now."""
    looks = (settings.having(database=""), wish, inputs(settings, wish.question))
    content = (stations.__version__, looks, open_register(settings.database).state(settings.revision))
    return sha256(repr(content).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _drawn(settings: Settings, wish: Wish, told: str) -> bytes:
    from stations.output.figures import draw

    return draw(sheet_of(settings, wish), kind=wish.format, dpi=wish.dpi, trace=told)


def trace(settings: Settings, wish: Wish) -> dict[str, Any]:
    """Return how a map is made: wish, settings, revision, data date, versions, and the figures it rests on."""
    from stations.output.figures import DRAWN_WITH

    held = holdings(settings)
    state = open_register(settings.database).state(settings.revision)
    return {
        "made_by": MAKER,
        "version": stations.__version__,
        "drawn_with": DRAWN_WITH,
        "city": settings.city,
        "lang": settings.language,
        "approval": settings.map_approval,
        "on": settings.on.isoformat() if settings.on else "",
        "revision": state[0],
        "state": state[1],
        "data_date": held.data_date,
        "inputs": inputs(settings, wish.question),
        "wish": wish_words(wish),
        "figures": figures_of(settings, wish),
    }


def wish_words(wish: Wish) -> dict[str, str]:
    """Return a wish as an address states it; `wish_from` reads it back."""
    own = {
        "kind": wish.kind.value,
        "layout": wish.layout.value,
        "since": wish.since.isoformat() if wish.since else "",
        "bases": "1" if wish.bases else "",
        "dpi": str(wish.dpi),
        "format": wish.format,
        "tiers": ",".join(wish.tiers) if not wish.kind.asks and wish.tiers != tuple(Tier) else "",
        "focus": wish.focus or "",
    }
    asked = question_words(wish.question) if wish.question and wish.kind.asks else {}
    return {name: text for name, text in {**own, **asked}.items() if text}


def wish_from(words: Mapping[str, str]) -> Wish:
    """Return the wish that an address states. Raises `BadChoice`."""
    kind = _term(SnapshotKind, words.get("kind") or SnapshotKind.TIERS, what=mark("Kind of map"))
    layout = _term(PageLayout, words.get("layout") or PageLayout.LANDSCAPE, what=mark("Page"))
    return Wish(
        kind=kind,
        layout=layout,
        question=question_from(words) if kind.asks and words.get("radius") else None,
        since=day_from(words["since"]) if words.get("since") else None,
        bases=words.get("bases") == "1",
        dpi=dpi_from(words.get("dpi") or "300"),
        format=format_from(words.get("format") or "png"),
        tiers=tiers_from(words["tiers"]) if words.get("tiers") and not kind.asks else tuple(Tier),
        focus=words.get("focus") or None,
    )


def tiers_from(text: str) -> tuple[Tier, ...]:
    """Return the tiers that `text` names, between commas, highest first. Raises `BadChoice`."""
    named = {_term(Tier, part.strip(), what=mark("Tiers")) for part in text.split(",")}
    return tuple(tier for tier in Tier if tier in named)


def _term(terms: type[Named], text: str, *, what: str) -> Named:
    found = terms.read(text)
    if found is None:
        raise BadChoice(what=what, value=text, offered=", ".join(terms))
    return found


def dpi_from(text: str) -> int:
    """Return the dots per inch that `text` states. Raises `BadChoice`."""
    if not (text.isascii() and text.isdecimal() and LEAST_DPI <= int(text[:9]) <= MOST_DPI):
        offered = f"{LEAST_DPI}-{MOST_DPI}"
        raise BadChoice(what=mark("Dots per inch"), value=text, offered=offered)
    return int(text)


def format_from(text: str) -> Literal["png", "svg", "pdf"]:
    """Return the format of a picture that `text`, or the ending of a file name, names. Raises `BadChoice`."""
    match text.lower().removeprefix("."):
        case "png" | "svg" | "pdf" as known:
            return known
    raise BadChoice(what=mark("File format"), value=text or mark("none"), offered=", ".join(FORMATS))


# ---- a file held against the register


@dataclass(frozen=True)
class TableVerdict:
    """Whether a table of a report is, at its revision and now, what the file says: cell by cell, by its digest.

    `cells` are its numbers, and whatever else has changed: row, column, at its revision, now.
    """

    title: str
    same: bool
    holds: bool
    cells: tuple[tuple[str, str, Any, Any], ...] = ()

    @property
    def changed(self) -> list[tuple[str, str, Any, Any]]:
        """The cells in which it is another one now."""
        return [cell for cell in self.cells if str(cell[2]) != str(cell[3])]


@dataclass(frozen=True)
class Verdict:
    """What a file says, what the register says of the same revision, and what it says now.

    Attributes
    ----------
    trace
        What the file says of itself, see `trace`.
    picture_same
        Whether the picture, drawn again from its revision, is the same: byte for byte, a PNG pixel for pixel.
        ``None`` where it cannot be drawn: `why_not` says why.
    paper
        Whether it is no picture, but a document or a page: only the figures of its trace are compared.
    again, now
        The figures of `trace`, found again at its revision (empty where it cannot be) and in the register as it is.
    picture_holds
        Whether the register as it is gives the same picture, but for its day and revision; ``None`` of a paper, and
        where the picture cannot be drawn again.
    words_same
        Whether the words of a paper are those that it was made with; ``None`` where it does not say which these were.
    tables
        The tables of a report.
    contradicted
        The figures of a first paragraph, corrected by hand, that the register of its revision gives otherwise.
    city
        The city it is of.
    """

    trace: Mapping[str, Any]
    picture_same: bool | None
    why_not: str
    again: Mapping[str, float]
    now: Mapping[str, float]
    revision_now: int
    paper: bool = False
    picture_holds: bool | None = None
    words_same: bool | None = None
    tables: tuple[TableVerdict, ...] = ()
    contradicted: tuple[Finding, ...] = ()
    city: City | None = None

    @property
    def proven(self) -> bool:
        """Whether the register, at the revision of the file, gives this very picture or text, and these figures."""
        shown = self.words_same if self.paper else self.picture_same
        return bool(shown) and self.counted_again and not self.contradicted

    @property
    def counted_again(self) -> bool:
        """Whether the figures and tables of its revision are those that the file names."""
        return dict(self.again) == dict(self.trace["figures"]) and all(table.same for table in self.tables)

    @property
    def holds(self) -> bool:
        """Whether the register as it is now still gives these figures, tables and picture."""
        return self.figures_hold and self.picture_holds is not False

    @property
    def figures_hold(self) -> bool:
        """Whether it still gives the figures and tables."""
        return dict(self.now) == dict(self.trace["figures"]) and all(table.holds for table in self.tables)


def content_of(path: Path) -> bytes:
    """Return the content of a file that is to be held against the register. Raises `BadFile`."""
    return bytes_of(path)


def traced(content: bytes, *, name: str) -> dict[str, Any]:
    """Return what a file says of how it was made. Raises `BadFile`."""
    from stations.output.traces import read_trace

    text = read_trace(content, name=name) or ""
    try:
        told = json.loads(text) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not _is_trace(told):
        raise BadFile(
            file=name,
            reason=mark("It does not say how it was made."),
            remedy=mark(
                "Give a picture, a Word file, a workbook or a page as this program wrote it; other programs may leave "
                "this out."
            ),
        )
    return told


def _is_trace(told: dict[str, Any]) -> bool:
    texts = ("version", "drawn_with", "city", "lang", "approval", "on", "state", "data_date")
    return (
        told.get("made_by") == MAKER
        and all(isinstance(told.get(name), str) for name in texts)
        and type(told.get("revision")) is int
        and 0 <= told["revision"] < _LARGEST
        and told["lang"] in LANGUAGES
        and all(isinstance(told.get(name), dict) for name in ("wish", "inputs"))
        and all(isinstance(text, str) for name in ("wish", "inputs") for text in told[name].values())
        and isinstance(told.get("figures"), dict)
        and all(type(figure) in {int, float} and abs(figure) < _LARGEST for figure in told["figures"].values())
        and told.get("paper", "") in PAPERS
        and isinstance(tables := told.get("tables", {}), dict)
        and all(isinstance(digest, str) for digest in tables.values())
        and (told.get("paper") != "report" or _is_order(told.get("report")))
    )


def _is_order(asked: Any) -> bool:
    return (
        isinstance(asked, dict)
        and type(asked.get("year")) is int
        and isinstance(asked.get("since"), str)
        and isinstance(asked.get("union"), str)
        and all(isinstance(asked.get(name, ""), str) for name in ("scenario", "lead", "template"))
    )


def again(settings: Settings, content: bytes, *, name: str) -> bytes:
    """Return the picture of a file drawn again, from the revision that it names, with the settings that it names.

    Raises `BadFile`, `UnknownRevision` where the register has no such revision, or another one of that number, and
    `OtherInputs` where the other data is not what it was.
    """
    told = _of_picture(content, name=name)
    with as_before():
        return _drawn(as_then(settings, told), wish_from(told["wish"]), json.dumps(told, sort_keys=True))


def anew(settings: Settings, content: bytes, *, name: str, into: str) -> bytes:
    """Return the picture of a file drawn again to be handed out: what it says of itself is counted anew, not copied.

    Raises as `again` does; `BadChoice` where `into`, the format that is wanted, is not that of the file.
    """
    told = _of_picture(content, name=name)
    wish = wish_from(told["wish"])
    if into != wish.format:
        raise BadChoice(what=mark("File format"), value=into, offered=wish.format)
    with as_before():
        return picture(as_then(settings, told), wish)


def _of_picture(content: bytes, *, name: str) -> dict[str, Any]:
    told = traced(content, name=name)
    if told.get("paper"):
        reason, remedy = mark("It is no picture, and is not drawn again."), mark("Make it anew: report or map.")
        raise BadFile(file=name, reason=reason, remedy=remedy)
    return told


def as_then(settings: Settings, told: Mapping[str, Any]) -> Settings:
    """Return the settings under which a file was made. Raises `UnknownRevision`, `OtherInputs` or `OtherClock`."""
    if open_register(settings.database).state(told["revision"])[1] != told["state"]:
        raise UnknownRevision(revision=told["revision"])
    then = replace(
        settings,
        city=told["city"],
        language=told["lang"],
        map_approval=told["approval"],
        on=day_from(told["on"]) if told["on"] else None,
        revision=told["revision"],
    )
    require_inputs(then, wish_from(told["wish"]).question, told["inputs"])
    if (date := holdings(then).data_date) != told["data_date"]:
        raise OtherClock(date=date, then=told["data_date"])
    return then


def verified(settings: Settings, content: bytes, *, name: str) -> Verdict:
    """Return whether the register still gives the picture of a file, and its figures. Raises `BadFile`."""
    from stations.output.traces import same_picture

    told = traced(content, name=name)
    wish = wish_from(told["wish"])
    now = as_now(settings, told)
    same = holds = None
    try:
        then, drawn = as_then(settings, told), again(settings, content, name=name)
        same, figures, why_not = same_picture(content, drawn), figures_of(then, wish), ""
        holds = drawn == _drawn_now(now, told)
    except StationsError as error:
        figures, why_not = {}, str(error)
    counted = figures_of(now, wish)
    held = holdings(now)
    return Verdict(told, same, why_not, figures, counted, held.revision, picture_holds=holds, city=held.city)


def as_now(settings: Settings, told: Mapping[str, Any]) -> Settings:
    """Return the settings under which a file would be made now."""
    day = day_from(told["on"]) if told["on"] else None
    return replace(
        settings, city=told["city"], language=told["lang"], map_approval=told["approval"], on=day, revision=None
    )


def _drawn_now(now: Settings, told: Mapping[str, Any]) -> bytes:
    """Return the picture of a trace as the register is now, with the day and the revision of the trace in it."""
    from stations.output.figures import draw

    wish = wish_from(told["wish"])
    sheet, day = sheet_of(now, wish), holdings(now).data_date
    titles = [panel.title.replace(day, told["data_date"]) for panel in sheet.panels]
    panels = tuple(replace(panel, title=title) for panel, title in zip(sheet.panels, titles, strict=True))
    dated = dated_note(told["data_date"], told["revision"])
    sheet = replace(sheet, panels=panels, notes=(dated, *sheet.notes[1:]))
    return draw(sheet, kind=wish.format, dpi=wish.dpi, trace=json.dumps(told, sort_keys=True))
