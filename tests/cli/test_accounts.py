"""Accounts on the command line: made, changed, listed, and what was done."""

from __future__ import annotations

from stations.model.language import Language
from tests.cli.conftest import Run


def test_accounts_are_made_changed_and_listed(run: Run, language: Language) -> None:
    made = run("init", "--admin", "chen", "--json").document
    assert made["admin"] == "chen"
    assert run("account", "list", "--json").document == {
        "accounts": [{"name": "chen", "role": "admin", "union": None, "active": True, "issuer": None, "subject": None}]
    }
    assert made["password"] not in run("account", "list").out
    first = run("account", "add", "li", "--role", "staff", "--union", "990101", "--json").document["password"]
    assert run("account", "password", "li", "--json").document["password"] != first
    run("account", "change", "li", "--role", "viewer", "--union", "all")
    for act in ("close", "open", "close"):
        assert run("account", act, "li", "--json").document == {"name": "li"}
    accounts = run("account", "list", "--json").document["accounts"]
    known = {"name": "li", "role": "viewer", "union": None, "active": False, "issuer": None, "subject": None}
    assert accounts[1] == known
    lines = run("account", "audit", "--json", "--lines", "2").document["audit"]
    assert [(line["what"], line["about"]) for line in lines] == [
        ("changed an account", "li"),
        ("changed an account", "li"),
    ]
    assert "li" in run("account", "audit").out


def test_what_cannot_be_is_refused_in_words(run: Run, language: Language) -> None:
    run("init", "--admin", "chen")
    for wrong, code in (
        (("add", "chen"), 1),
        (("add", "a b"), 2),
        (("add", "li", "--union", "nowhere"), 2),
        (("change", "chen"), 2),
        (("change", "chen", "--role", "viewer"), 1),
        (("close", "nobody"), 1),
        (("password", "nobody"), 1),
    ):
        refused = run("account", *wrong)
        assert (refused.code, refused.out) == (code, ""), wrong
        assert len(refused.err.splitlines()) == 1


def test_nobody_signs_in_before_there_is_an_account(run: Run, language: Language) -> None:
    run("init")
    assert run("account", "list").out.strip() in {
        "There is no account yet: nobody has to sign in.",
        "还没有账号：无须登录。",
    }
