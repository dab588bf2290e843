"""The template that ships: every sentence of a report, with a tag for each figure, for staff to reword in Word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stations.model.language import gettext as _
from stations.model.language import mark, sentences

if TYPE_CHECKING:
    from stations.output.report.template import Block

TABLE_NUMBER, FIGURE_NUMBER = mark("Table {{ table_number() }}"), mark("Figure {{ figure_number() }}")


def title() -> str:
    """Return the title."""
    return _("Report on the service stations of {{ place }}, {{ year }}")


def table_titles() -> dict[str, str]:
    """Return what stands above each table, by the name that a template uses."""
    return {
        "districts": _("Stations and bases by district"),
        "tiers": _("Stations of each tier"),
        "kinds": _("Activity bases by kind"),
        "unions": _("Stations and bases by county-level union"),
        "account": _("The year by tier"),
        "account_districts": _("The year by district"),
        "movements": _("What happened to the stations"),
        "coverage": _("Coverage by district"),
        "coverage_change": _("Covered people before and after"),
        "gaps": _("Gaps, and the bases that could host a station"),
        "proposals": _("Proposed stations, and whom each newly covers by itself"),
        "stations": _("The stations"),
    }


def figure_titles() -> dict[str, str]:
    """Return what stands below each map: of a union, that of the gaps and of the proposals shows its district."""
    return {
        "tiers": _("Service stations of {{ place }} by tier"),
        "gaps": _("Gaps in {{ ground }} beyond {{ radius }} from every station"),
        "proposals": _("Proposed stations in {{ ground }} (service radius {{ radius }})"),
    }


def lead() -> str:
    """Return the first paragraph."""
    return sentences([_stations(), _bases(), coverage(), gaps(), changes()])


def coverage() -> str:
    """Return who has a station within reach; of a union, of whosever stations, and of its own alone."""
    unknown = _(
        "There is no population data: {{ covered_share }} of the land of {{ city }} is within {{ radius }} of a "
        "station."
    )
    city = _(
        "{{ covered }} of the {{ people }} people in {{ ground }} ({{ group }}) have a station within {{ radius }}: "
        "{{ covered_share }}."
    )
    zone = _("The people of {{ zone }} are counted with those of {{ ground }}.")
    union = _(
        "{{ covered }} of the {{ people }} people in {{ ground }} ({{ group }}) have a station of the city, whosever "
        "it is, within {{ radius }}: {{ covered_share }}."
    )
    own = _("The stations of {{ union }} alone reach {{ own_covered }} of them: {{ own_share }}.")
    of_union = _if("zone", sentences([zone, ""])) + union + _if("own_covered != unknown", sentences(["", own]))
    return _if("people == unknown", unknown, _if("union", of_union, city))


def gaps() -> str:
    """Return how many gaps there are, and how large the largest is."""
    known = _(
        "Gaps in coverage: {{ gaps }}, the largest in {{ largest_gap_district }} with {{ largest_gap }}; in "
        "{{ gaps_with_bases }} of them lie bases that could host a station."
    )
    unsure = _(
        "Gaps in coverage: {{ gaps }}, the largest in {{ largest_gap_district }} with {{ largest_gap }}; gaps with "
        "bases that could host a station: {{ gaps_with_bases }} (the bases of that day are not all known)."
    )
    zone = _("The gaps are those of {{ ground }}, in which the zone lies.")
    found = _if("zone", sentences([zone, ""])) + _if("bases_reason", unsure, known)
    return _if("gaps", found, _("No gap was found."))


def proposed() -> str:
    """Return what the stations that are proposed come to."""
    return _(
        "{{ proposed }} stations are proposed, numbered on the map; within {{ radius }}, they newly cover "
        "{{ newly_covered }} together."
    )


def changes() -> str:
    """Return what happened since the day that is compared with."""
    known = _(
        "Compared with {{ since }}: {{ added }} stations added, {{ upgraded }} upgraded, {{ moved }} moved, "
        "{{ delisted }} delisted."
    )
    unsure = _(
        "Compared with {{ since }}, as far as opening days are known: {{ added }} stations added, {{ upgraded }} "
        "upgraded, {{ moved }} moved, {{ delisted }} delisted. {{ undated }} more were entered since, and nobody knows "
        "when they opened: whether they are new cannot be told."
    )
    first = _("The register has no station of {{ since }} or before; {{ added }} were added since.")
    fell = _("Stations with a lower tier than before: {{ downgraded }}.")
    left = _(
        "Stations no longer counted, because they are planned again or were taken out of the register: {{ uncounted }}."
    )
    told = _if("undated", unsure, _if("stations_before == 0", first, known))
    return told + _if("downgraded", sentences(["", fell])) + _if("uncounted", sentences(["", left]))


def blocks() -> list[Block]:
    """Return the paragraphs of the template, in the reader's language."""
    from stations.output.report import template as looks
    from stations.output.report.template import Block

    def heading(text: str) -> Block:
        return Block(looks.LEVEL_1, text)

    def body(*texts: str) -> list[Block]:
        return [Block(looks.BODY, text) for text in texts]

    def part(text: str, key: str) -> list[Block]:
        return _only_if(f"tables.{key}", [Block(looks.LEVEL_2, text), *_table(key)])

    return [
        Block(looks.TITLE, title()),
        Block(looks.DAY, _("(as of {{ day }})")),
        *_only_if("demonstration", [Block(looks.NOTICE, "{{ demonstration }}")]),
        heading(_("1. Overview")),
        *body(_if("lead", "{{ lead }}", lead())),
        heading(_("2. Stations and bases")),
        *part(_("2.1 By district"), "districts"),
        *_figure("tiers"),
        *part(_("2.2 By tier"), "tiers"),
        *part(_("2.3 Bases by kind"), "kinds"),
        *part(_("2.4 By county-level union"), "unions"),
        heading(_("3. The year")),
        *body(changes()),
        *_table("account"),
        *_table("account_districts"),
        *_table("movements"),
        *_table("coverage_change"),
        heading(_("4. Coverage and gaps")),
        *_coverage(),
        heading(_("5. How the figures are made")),
        *_method(),
        heading(_("Appendix: sources")),
        *_each("sources"),
        *body(
            _("District outlines are good to about 350 m; the recorded district counts."),
            _("Made with Station Atlas {{ version }}."),
        ),
    ]


def _coverage() -> list[Block]:
    from stations.output.report.template import BODY, Block

    reached, new = Block(BODY, sentences([coverage(), gaps()])), Block(BODY, proposed())
    proposals = _only_if("proposed", [new, *_figure("proposals"), *_table("proposals")])
    return [reached, *_table("coverage"), *_figure("gaps"), *_table("gaps"), *proposals]


def _stations() -> str:
    known = _(
        "At the end of {{ day }}, {{ place }} had {{ stations }} service stations: {{ national }} national, "
        "{{ provincial }} provincial, {{ municipal }} municipal and {{ other }} without an honour."
    )
    least = _(
        "At the end of {{ day }}, {{ place }} had {{ stations }} service stations; of those whose days are known, "
        "{{ national }} were national, {{ provincial }} provincial, {{ municipal }} municipal and {{ other }} without "
        "an honour ({{ stations_reason }})."
    )
    unknown = _(
        "How many service stations {{ place }} had at the end of {{ day }} is not known ({{ stations_reason }})."
    )
    return _if("stations == unknown", unknown, _if("stations_reason", least, known))


def _bases() -> str:
    known = _("There were {{ bases }} activity bases.")
    least = _("There were {{ bases }} activity bases ({{ bases_reason }}).")
    unknown = _("How many activity bases there were is not known ({{ bases_reason }}).")
    return _if("bases == unknown", unknown, _if("bases_reason", least, known))


def _method() -> list[Block]:
    from stations.output.report.template import BODY, Block

    counted = [
        _("Every station of the register counts but the planned and the delisted; its tier is its highest honour."),
        _(
            "A gap is a place where people live (where none are known: land) farther than {{ radius }} from every "
            "station."
        ),
    ]
    union = [
        _("Stations and bases are those that name {{ union }}, else those of its district."),
        _(
            "People reach every station of the city, whosever it is; the maps show its district, and gaps are "
            "ranked within it."
        ),
    ]
    of_union = _only_if("union", [Block(BODY, text) for text in union])
    return [*(Block(BODY, text) for text in counted), *of_union, *_each("method")]


def _if(condition: str, then: str, otherwise: str = "") -> str:
    """Return what a template says where a condition holds, and where it does not."""
    other = f"{{% else %}}{otherwise}" if otherwise else ""
    return f"{{% if {condition} %}}{then}{other}{{% endif %}}"


def _only_if(condition: str, inside: list[Block]) -> list[Block]:
    """Return paragraphs that a report has where a condition holds."""
    from stations.output.report.template import BODY, Block

    return [Block(BODY, f"{{%p if {condition} %}}"), *inside, Block(BODY, "{%p endif %}")]


def _each(name: str) -> list[Block]:
    from stations.output.report.template import BODY, Block

    inside = [f"{{%p for line in {name} %}}", "{{ line }}", "{%p endfor %}"]
    return [Block(BODY, text) for text in inside]


def _table(key: str) -> list[Block]:
    """Return a table with its title above and its note below, left out where there is nothing to tell."""
    from stations.output.report.template import BODY, NOTE, TABLE_TITLE, Block

    named = "  ".join([_(TABLE_NUMBER), table_titles()[key]])
    inside = [Block(TABLE_TITLE, named), Block(BODY, f"{{{{p tables.{key} }}}}"), Block(NOTE, f"{{{{ notes.{key} }}}}")]
    return _only_if(f"tables.{key}", inside)


def _figure(key: str) -> list[Block]:
    from stations.output.report.template import BODY, FIGURE_TITLE, Block

    named = "  ".join([_(FIGURE_NUMBER), figure_titles()[key]])
    return [Block(BODY, f"{{{{p figures.{key} }}}}"), Block(FIGURE_TITLE, named)]
