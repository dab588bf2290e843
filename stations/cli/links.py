"""The command that makes links to one address, and revokes them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from stations.cli.options import settings_of, wants_json
from stations.cli.printing import print_json, say
from stations.model.errors import BadChoice
from stations.model.language import gettext as _
from stations.model.language import mark

links = typer.Typer()


@links.command(help=mark("Make a link to an address that opens without a sign-in until it expires."))
def link(
    context: typer.Context,
    address: Annotated[
        str | None,
        typer.Argument(help=mark("A path with its parameters, or the whole address: /feed/stations.geojson?lang=en")),
    ] = None,
    *,
    days: Annotated[int, typer.Option(min=1, max=730, help=mark("For how many days it opens."))] = 90,
    revoke_all: Annotated[bool, typer.Option("--revoke-all", help=mark("Let no link open any more."))] = False,
) -> None:
    from stations.planning.access.accounts import asks_for_sign_in
    from stations.planning.access.links import make_link, revoke_links

    settings, now = settings_of(context), dt.datetime.now(dt.UTC)
    if (address is None) != revoke_all:
        raise BadChoice(what=mark("Link"), value=address or "", offered=mark("an address, or --revoke-all"))
    if address is None:
        revoke_links(settings, now=now)
        if wants_json(context):
            print_json({"revoked": True})
        else:
            typer.echo(_("No link that was made before opens any more."))
        return
    made = make_link(settings, address, days=days, now=now)
    if not asks_for_sign_in(settings):
        say(_("Nobody has to sign in: the app answers on this machine only, also to a link."))
    if wants_json(context):
        print_json({"address": made.address, "expires": made.expires.isoformat(timespec="seconds")})
    else:
        typer.echo(made.address)
