"""Example invitations: two people whom the program knows are asked by another partner and have not answered."""

from typing import Any, Protocol

INVITING = "p-tide"
INVITED = (("leo@lumen.example", "Leo Lund"), ("omar@orchard.example", "Omar Olsen"))


class Admin(Protocol):
    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any: ...


def invite_people(admin: Admin) -> None:
    """As the admin of the inviting partner. Who is invited already, or has answered, is not asked again."""
    known = {user["email"] for user in admin.call("GET", "/v1/users?limit=100")["data"]}
    for email, name in INVITED:
        if email not in known:
            admin.call("POST", "/v1/users", {"email": email, "name": name, "role": "partner_member"})
