"""Invitations that many mail again at the same moment, on the engines that write at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from functions.employees import invitations
from functions.employees.desk import UserDesk
from functions.employees.errors import TooManyInvitationMailsError
from shared.domain.people import Role
from shared.table.session import TableSession
from tests.engines import StoredTable
from tests.factories import Seed, operation


@pytest.mark.parametrize("engine", ["ministack", "dynoxide"], indirect=True)
def test_of_16_resends_at_once_five_mail(table: StoredTable, monkeypatch: pytest.MonkeyPatch) -> None:
    mails: list[str] = []

    def mail(email: str) -> bool:
        mails.append(email)
        return True

    monkeypatch.setattr("shared.joining.mail_first_password", mail)
    monkeypatch.setattr(
        "functions.employees.invitations.find_sign_in", lambda _: SimpleNamespace(is_unused=True), raising=False
    )
    seed = Seed(table=table)
    seed.partner("p-hill", name="Hill Consulting")
    seed.user("nia@hill.example", name="Nia Nord", role=Role.PARTNER_MEMBER)

    def resend(number: int) -> bool:
        session = TableSession(table.client, table.name)
        desk = UserDesk(session, "p-hill", operation(operation_id=f"o-{number}"), "Ada Hill")
        try:
            invitations.resend(desk, "u-nia")
        except TooManyInvitationMailsError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(resend, range(16)))

    assert (sum(outcomes), len(mails)) == (5, 5)
