"""The commands that make and change accounts, and show what was done."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from stations.cli.options import settings_of, wants_json
from stations.cli.printing import print_frame, print_json
from stations.model.accounts import Role
from stations.model.errors import BadChoice
from stations.model.language import gettext as _
from stations.model.language import mark

account = typer.Typer(help=mark("Accounts: who may sign in, and what they may do."), no_args_is_help=True)

Name = Annotated[str, typer.Argument(help=mark("The name of the account."))]
RoleOption = Annotated[Role, typer.Option(help=mark("What the account may do."))]
UnionOption = Annotated[
    str | None, typer.Option(help=mark("The only county-level union whose records are the account's own."))
]


@account.command(help=mark("Make an account; its first password is shown once, and has to be changed."))
def add(context: typer.Context, name: Name, *, role: RoleOption = Role.VIEWER, union: UnionOption = None) -> None:
    from stations.planning.access.accounts import add_account

    password = add_account(settings_of(context), name, role, union=union, now=_now())
    _tell(context, name, password)


@account.command(help=mark("Give an account another role or union; its sign-ins end."))
def change(
    context: typer.Context,
    name: Name,
    *,
    role: Annotated[Role | None, typer.Option(help=mark("What the account may do."))] = None,
    union: Annotated[
        str | None, typer.Option(help=mark("The only union whose records are its own; all: those of every union."))
    ] = None,
) -> None:
    from stations.planning.access.accounts import account_named, change_account

    settings = settings_of(context)
    if role is None and union is None:
        raise BadChoice(what=mark("Change"), value="", offered="--role, --union")
    known = account_named(settings, name)
    union = known.union if union is None else (None if union == "all" else union)
    change_account(settings, name, role=role or known.role, union=union, now=_now())
    _tell_change(context, name)


@account.command(help=mark("Let nobody in under an account any more; its sign-ins end."))
def close(context: typer.Context, name: Name) -> None:
    from stations.planning.access.accounts import close_account

    close_account(settings_of(context), name, now=_now())
    _tell_change(context, name)


@account.command("open", help=mark("Open a closed account again."))
def open_again(context: typer.Context, name: Name) -> None:
    from stations.planning.access.accounts import open_account

    open_account(settings_of(context), name, now=_now())
    _tell_change(context, name)


@account.command(help=mark("Give an account a new first password, shown once; its sign-ins end."))
def password(context: typer.Context, name: Name) -> None:
    from stations.planning.access.accounts import new_password

    _tell(context, name, new_password(settings_of(context), name, now=_now()))


@account.command("list", help=mark("List the accounts."))
def list_accounts(context: typer.Context) -> None:
    from stations.planning.access.account_tables import account_table
    from stations.planning.access.accounts import accounts

    settings = settings_of(context)
    found = accounts(settings)
    if wants_json(context):
        shown = ("name", "role", "union", "active", "issuer", "subject")
        print_json({"accounts": [{field: getattr(each, field) for field in shown} for each in found]})
    elif found:
        print_frame(account_table(settings, found))
    else:
        typer.echo(_("There is no account yet: nobody has to sign in."))


@account.command(help=mark("Show who signed in, exported, or saw numbers in full, newest first."))
def audit(
    context: typer.Context,
    *,
    lines: Annotated[int, typer.Option(min=1, max=100_000, help=mark("How many lines at the most."))] = 100,
) -> None:
    from stations.planning.access.account_tables import audit_table
    from stations.planning.access.accounts import audit as lines_of

    found = lines_of(settings_of(context), at_most=lines)
    if wants_json(context):
        print_json({"audit": found.to_dict("records")})
    else:
        print_frame(audit_table(found))


def tell_password(name: str, password: str) -> None:
    """Show a first password, once."""
    from stations.planning.access.account_tables import password_in_words

    typer.echo(password_in_words(name, password))


def _tell_change(context: typer.Context, name: str) -> None:
    if wants_json(context):
        print_json({"name": name})
    else:
        typer.echo(_("The account {name} is changed.").format(name=name))


def _tell(context: typer.Context, name: str, password: str) -> None:
    if wants_json(context):
        print_json({"name": name, "password": password})
    else:
        tell_password(name, password)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
