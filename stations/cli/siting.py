"""The command that says where the next stations should go, and how good that is at most."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from stations.cli.options import question_of, ready, settings_of, wants_json
from stations.cli.printing import print_frame, print_json, say, working
from stations.model.accounts import operator
from stations.model.errors import BadAmount, BadChoice, NotTogether, writing
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.settings import Settings, datum_named
from stations.model.siting import CandidateSource, SitingModel

siting = typer.Typer()

OPTIONS = {
    "sites": "--sites",
    "share": "--share",
    "budget": "--budget",
    "twice": "--twice",
    "capacity": "--capacity",
    "inorder": "--in-order",
    "floor": "--floor",
    "closest": "--closest",
}
"""Which option says what refusals tell by its name in an address of the page."""
BEYOND = 5
"""How many more stations than were chosen the printed curve goes on for."""


@siting.command(
    help=mark("Say where the next stations should go, whom each newly covers, and how good that is at most.")
)
def recommend(
    context: typer.Context,
    *,
    model: Annotated[SitingModel, typer.Option(help=mark("What is wanted."))] = SitingModel.MOST_PEOPLE,
    sites: Annotated[int | None, typer.Option(min=1, help=mark("How many stations are chosen."))] = None,
    share: Annotated[
        str | None,
        typer.Option(
            metavar="<share>", help=mark("Of fewest-sites: the share of all people to be reached: 0.9, or 90%.")
        ),
    ] = None,
    budget: Annotated[
        str | None, typer.Option(metavar="<amount>", help=mark("Of budget: what the stations may cost together."))
    ] = None,
    candidates: Annotated[
        list[str] | None,
        typer.Option(
            metavar="<bases|hosts|grid|demand>",
            help=mark("Where stations may be; of equals the first named counts. Activity bases if not given."),
        ),
    ] = None,
    hosts: Annotated[
        Path | None, typer.Option(help=mark("A list of premises that could host a station, with costs if known."))
    ] = None,
    hosts_datum: Annotated[str | None, typer.Option(help=mark("Datum of rows of that list that name none."))] = None,
    grid: Annotated[
        str | None,
        typer.Option(metavar="<metres>", help=mark("Spacing of the grid in metres; half of the radius if not given.")),
    ] = None,
    exclude: Annotated[
        list[Path] | None,
        typer.Option(
            help=mark(
                "Barriers, a layer of areas where nothing is built (water, railways, mining subsidence): GeoJSON, "
                "GeoPackage, zipped Shapefile or KML; repeatable."
            )
        ),
    ] = None,
    force: Annotated[
        list[str] | None, typer.Option(help=mark("A candidate, or LON,LAT, that is built in any case; repeatable."))
    ] = None,
    forbid: Annotated[list[str] | None, typer.Option(help=mark("A candidate that is never built; repeatable."))] = None,
    free: Annotated[
        list[str] | None, typer.Option(help=mark("The number of a station that need not stay; repeatable."))
    ] = None,
    floor: Annotated[
        str | None,
        typer.Option(
            metavar="<share>", help=mark("The share of its people that each district has at least: 0.3, or 30%.")
        ),
    ] = None,
    closest: Annotated[
        str | None,
        typer.Option(metavar="<metres>", help=mark("How far anybody may be from a station, in metres.")),
    ] = None,
    twice: Annotated[
        bool, typer.Option("--twice", help=mark("People with a second station within reach count once more."))
    ] = False,
    capacity: Annotated[
        str | None,
        typer.Option(metavar="<people>", help=mark("How many people a station serves, if the hosts do not say.")),
    ] = None,
    cost: Annotated[
        list[str] | None, typer.Option(help=mark("What a station costs: SOURCE=AMOUNT, as bases=20000; repeatable."))
    ] = None,
    in_order: Annotated[
        bool,
        typer.Option("--in-order", help=mark("Places built one after the other instead of the best so many together.")),
    ] = False,
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help=mark("How long is searched at most."))] = 10.0,
    plan: Annotated[
        list[int] | None, typer.Option(help=mark("Enter the site of this order as a planned station; repeatable."))
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=mark("Also write the sites: CSV, XLSX, GeoJSON, GPKG, KML."))
    ] = None,
) -> None:
    from stations.planning.siting.candidates import Where, exclusions_from
    from stations.planning.siting.proposal import SitingQuestion
    from stations.planning.siting.recommend import recommend as recommended
    from stations.planning.siting.words import metres_from, money_from, people_from, share_from, sources_from

    settings = ready(settings_of(context))
    sources = sources_from(",".join(candidates or (["hosts"] if hosts else ["bases"])))
    costs = _costs(cost or ())
    _require_looked_at(sources, grid=grid, hosts=hosts, costs=costs)
    if hosts_datum is not None and hosts is None:
        raise BadChoice(
            what="--hosts-datum", value=hosts_datum, offered=_("only with {option}").format(option="--hosts")
        )
    where = Where(
        sources=sources,
        hosts=_hosts(hosts, hosts_datum) if hosts else None,
        grid_m=None if grid is None else metres_from(grid, what="--grid"),
        excluded=exclusions_from(*exclude) if exclude else None,
        forced=tuple(force or ()),
        forbidden=tuple(forbid or ()),
        costs=costs,
    )
    wanted = SitingQuestion(
        question=question_of(context, settings),
        model=model,
        where=where,
        sites=sites,
        share=None if share is None else share_from(share, what="--share"),
        budget=None if budget is None else money_from(budget, what="--budget"),
        freed=tuple(free or ()),
        floor=None if floor is None else share_from(floor, what="--floor"),
        closest_m=None if closest is None else metres_from(closest, what="--closest"),
        twice=twice,
        capacity=None if capacity is None else people_from(capacity, what="--capacity"),
        in_order=in_order,
        seconds=seconds,
    )
    with working(_("Searching for places …")), _by_options(model):
        proposal = recommended(settings, wanted)
    _hand_over(context, settings, proposal, plan=plan or [], output=output)


@contextmanager
def _by_options(model: SitingModel) -> Iterator[None]:
    """Call what a refusal is about by the option that says it, and the model by the word that is typed."""
    try:
        yield
    except NotTogether as refused:
        name, *others = (OPTIONS[choice] for choice in refused.fields["choices"])  # type: ignore[attr-defined]  # a tuple
        (other,) = others or [f"--model {model.value}"]
        raise NotTogether(what=name, other=other, choices=refused.fields["choices"]) from refused
    except BadAmount as refused:
        what = OPTIONS.get(str(refused.fields["choice"]), refused.fields["what"])
        raise BadAmount(**refused.fields | {"what": what}) from refused


def _require_looked_at(
    sources: tuple[CandidateSource, ...],
    *,
    grid: str | None,
    hosts: Path | None,
    costs: tuple[tuple[CandidateSource, float], ...],
) -> None:
    """Raise `BadChoice` for a grid, a list of hosts, or a cost of what no source of candidates is."""
    for source, _amount in costs:
        if source not in {*sources, CandidateSource.PLACE}:
            offered = _("only with {option}").format(option=f"--candidates {source.value}")
            raise BadChoice(what="--cost", value=source.value, offered=offered)
    for source, option, given in ((CandidateSource.GRID, "--grid", grid), (CandidateSource.HOSTS, "--hosts", hosts)):
        if given is not None and source not in sources:
            offered = _("only with {option}").format(option=f"--candidates {source.value}")
            raise BadChoice(what=option, value=given, offered=offered)


def _hosts(path: Path, datum: str | None) -> Any:
    """Return the list of hosts in a file; the rows that cannot be used are named on standard error."""
    from stations.planning.siting.candidates import hosts_from

    found = hosts_from(path, datum=datum_named(datum) if datum else None)
    for refused in found.rejected:
        left_out = _("{file}: row {row} is left out. {reason}")
        say(left_out.format(file=path, row=refused.row, reason=refused.reason))
    return found


def _hand_over(
    context: typer.Context, settings: Settings, proposal: Any, *, plan: list[int], output: Path | None
) -> None:
    """Write, enter and print a proposal, as it is wished for."""
    from stations.planning.publishing.contract_siting import proposal_document
    from stations.planning.siting.proposal_files import write_proposal

    wished = {order: _of_order(proposal, order) for order in plan}
    if output is not None:
        with writing(output):
            write_proposal(settings, proposal, output)
    planned = {order: _planned(settings, proposal, site) for order, site in wished.items()}
    if wants_json(context):
        numbers = {order: number for order, (number, _new) in planned.items()}
        print_json(proposal_document(proposal) | ({"planned": numbers} if numbers else {}))
        return
    _tell(proposal)
    for order, (number, new) in planned.items():
        entered = _("Site {order} is entered as the planned station {number}.")
        there = _("At site {order} a station is planned already: {number}. Nothing is entered.")
        typer.echo((entered if new else there).format(order=order, number=number))
    if output is not None:
        typer.echo(_("Written: {file}").format(file=output))


def _tell(proposal: Any) -> None:
    from stations.planning.coverage.show import basis
    from stations.planning.questions import scenario_text
    from stations.planning.siting.tables import curve_table, money_table, notes, proposal_sentence, site_table

    print_frame(site_table(proposal).drop(columns=[_("Longitude"), _("Latitude")]))  # the scenario says them
    print_frame(curve_table(proposal).loc[: proposal.chosen + BEYOND])
    if proposal.money is not None:
        print_frame(money_table(proposal))
    for words in (proposal_sentence(proposal), *notes(proposal), basis(proposal.before)):
        typer.echo(words)
    scenario = scenario_text(proposal.scenario)
    if scenario:
        typer.echo(_('As a scenario, for whatif, map and snapshot: --scenario "{text}"').format(text=scenario))


def _of_order(proposal: Any, order: int) -> Any:
    """Return the site of an order. Raises `BadChoice` where there is none."""
    site = next((site for site in proposal.sites if site.order == order), None)
    if site is None:
        raise BadChoice(what="--plan", value=order, offered=f"1–{len(proposal.sites)}")
    return site


def _planned(settings: Settings, proposal: Any, site: Any) -> tuple[str, bool]:
    """Return the number of the planned station at a site, and whether it is entered now: one is there once."""
    from stations.model.acts import Act
    from stations.planning.siting.planned_sites import plan_station, planned_number

    if known := planned_number(proposal, site):
        return known, False
    return plan_station(settings, proposal, site, act=Act("add", operator().name)).key, True


def _costs(given: list[str] | tuple[()]) -> tuple[tuple[CandidateSource, float], ...]:
    """Return what a station costs by source, from SOURCE=AMOUNT. Raises `BadChoice`."""
    from stations.planning.siting.words import cost_from

    costs = []
    for text in given:
        name, _sign, amount = text.partition("=")
        source = CandidateSource.read(name)
        try:
            cost = cost_from(amount)
        except BadChoice:
            source = None
        if source is None:
            offered = mark("a source of candidates and an amount, for example bases=20000")
            raise BadChoice(what="--cost", value=text, offered=offered)
        costs.append((source, cost))
    return tuple(costs)
