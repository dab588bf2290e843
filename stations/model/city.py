"""What a city is: its divisions, unions and their names, its census, presets and data, as a profile describes them.

`stations.model.places` finds it by its adcode, and says which division a text means.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from stations.model.language import Language
from stations.model.vocabulary import folded

_ENDINGS = [re.compile(f"({ending})$") for ending in ("自治县|自治旗|区|县|市|旗", "林区|特区|新区")]


class _Strict:
    """A part of a profile: an entry that is not a field is refused, so that a mistyped one is not lost."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}


@dataclass(frozen=True)
class CountyUnion(_Strict):
    """A county-level union: of a division, or of a functional zone that lies inside one."""

    code: str
    name: str
    parent: str
    """The adcode of the division it lies in; for a division's own union, its `code`."""
    english_name: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def zone(self) -> bool:
        """Whether it is the union of a functional zone."""
        return self.code != self.parent

    @property
    def full_name(self) -> str:
        """The name as records write it: 田家庵区总工会 for 田家庵区."""
        return self.name if self.name.endswith("工会") else f"{self.name}总工会"

    def label(self, language: Language) -> str:
        """Return the name in `language`, in Chinese where there is no other."""
        return (self.english_name if language == "en" else None) or self.name


@dataclass(frozen=True)
class Census(_Strict):
    """Residents by division, and the share (0–1) of their jobs that is in transport, storage and post."""

    year: int
    source: str
    residents: Mapping[str, int]
    transport_job_share: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class RadiusPreset(_Strict):
    """A service distance on offer, with the standard or the sum that it comes from."""

    radius_m: float
    zh: str
    en: str
    source: str

    def label(self, language: Language) -> str:
        """Return the label in `language`."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Published(_Strict):
    """Totals that were published about the network; those named in `at_least` are lower bounds."""

    as_of: str
    source: str
    totals: Mapping[str, int]
    at_least: tuple[str, ...] = ()


@dataclass(frozen=True)
class Demonstration(_Strict):
    """Made-up stations and bases to try the product with."""

    stations: Path
    bases: Path


@dataclass(frozen=True)
class DemandFile(_Strict):
    """Points with people, and in each language what they are."""

    path: Path
    zh: str
    en: str
    synthetic: bool

    def label(self, language: Language) -> str:
        """Return the sentence about the data in `language`."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class City(_Strict):
    """A city as the whole product sees it; its mappings are for reading."""

    adcode: str
    name: str
    metric_crs: str
    divisions: Mapping[str, str]
    """Adcode → full name of each division, in the order of the codes."""
    short_names: Mapping[str, str] = field(default_factory=dict)
    """Adcode → short name, where a division has one."""
    own_names: tuple[str, ...] = ()
    """The names of province and city, full and short, that may stand before a division's name."""
    english_name: str | None = None
    unions: tuple[CountyUnion, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other names of places → adcode of the division they lie in."""
    presets: tuple[RadiusPreset, ...] = ()
    census: Census | None = None
    published: tuple[Published, ...] = ()
    demonstration: Demonstration | None = None
    demand: DemandFile | None = None
    boundary: Path | None = None
    """A file of outlines that stands in for the packaged ones."""
    gazetteer: Path | None = field(default=None, repr=False)  # no answer rests on it, and traces look at the repr
    """A file of named townships (`stations.intake.lists.gazetteer`)."""

    def label(self, language: Language) -> str:
        """Return the name in `language`, in Chinese where there is no other."""
        return (self.english_name if language == "en" else None) or self.name

    def union_of_division(self, code: str | None) -> CountyUnion | None:
        """Return the union of a division itself (not that of a zone inside it), if it has one."""
        return next((union for union in self.unions if union.code == code and not union.zone), None)

    def division_label(self, code: str, language: Language) -> str:
        """Return a division's name in `language`, in Chinese where there is no other."""
        own = next((union for union in self.unions if union.code == code), None)
        return own.label(language) if own else self.divisions[code]

    @cached_property
    def division_names(self) -> Mapping[str, str]:
        """Folded code, full name, also in English, or short form that only one division can mean → adcode."""
        undivided = self.adcode in self.divisions
        taken = set() if undivided else {folded(name) for name in (self.name, *self.own_names)}
        forms = [
            (form, code)
            for code, name in self.divisions.items()
            for form in _short_forms(folded(name), folded(self.short_names.get(code, name)))
        ]
        meanings = Counter(form for form, _ in forms)
        short = {form: code for form, code in forms if meanings[form] == 1 and form not in taken}
        full = {folded(name): code for code, name in self.divisions.items()}
        english = {
            folded(union.english_name): union.code
            for union in self.unions
            if union.english_name and union.code in self.divisions
        }
        return english | short | full | {code: code for code in self.divisions}

    @cached_property
    def zone_names(self) -> Mapping[str, CountyUnion]:
        """Folded name, also in English, or alias of each functional zone, alone or after its division's → its union."""
        return {
            folded(before + name): union
            for union in self.unions
            if union.zone
            for name in (union.name, *([union.english_name] if union.english_name else []), *union.aliases)
            for before in ("", self.divisions.get(union.parent, ""))
        }

    @cached_property
    def place_names(self) -> Mapping[str, str]:
        """Folded alias or zone name → adcode of the division it lies in."""
        zones = {name: union.parent for name, union in self.zone_names.items()}
        places = zones | {folded(name): code for name, code in self.aliases.items()}
        return {name: code for name, code in places.items() if code in self.divisions}


def _short_forms(name: str, short_name: str) -> set[str]:
    """Return what people write for a division's name; two characters at least: nobody writes 寿 for 寿县."""
    forms = {ending.sub("", form) for ending in _ENDINGS for form in (name, short_name)}
    return {form for form in forms | {short_name} if len(form) > 1}
