"""Who uses the register, and what each role may do."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from stations.model.vocabulary import Term


class Role(Term):
    """What somebody is to the register."""

    VIEWER = "viewer", "查看者", "Viewer", "查看"
    STAFF = "staff", "工作人员", "Staff", "职员"
    ADMIN = "admin", "管理员", "Administrator", "管理"


class Right(Term):
    """What a use case asks for before it does anything; whoever is let in may look."""

    EXPORT = "export", "导出", "export the register"
    EDIT = "edit", "录入和更正", "enter and correct records"
    REVEAL = "reveal", "查看完整号码和姓名", "see phone numbers and names in full"
    IMPORT = "import", "导入名单", "import lists"
    MANAGE = "manage", "管理账号和数据库", "manage accounts and the database"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.EXPORT}),
    Role.STAFF: frozenset(Right) - {Right.MANAGE},
    Role.ADMIN: frozenset(Right),
}


@dataclass(frozen=True)
class User:
    """Somebody at work: the name of the account, the role, and the county-level union (its code) if it is one's only.

    Whoever is bound to a union enters, corrects and sees in full the records of that union alone; a whole list, which
    touches many unions, is for those who are bound to none.
    """

    name: str
    role: Role
    union: str | None = None

    def may(self, right: Right) -> bool:
        """Return whether the role has a right, for the records of one's own union at least."""
        return right in RIGHTS[self.role] and not (right is Right.IMPORT and self.union is not None)


@cache
def operator() -> User:
    """Return who works on this machine itself, where whoever can open the register may do everything with it."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):  # a system without names for its users
        name = ""
    return User(name, Role.ADMIN)
