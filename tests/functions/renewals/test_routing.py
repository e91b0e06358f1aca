"""Who is mailed about a renewal and who gets a copy, however the settings and the addresses stand."""

from copy import deepcopy
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

import pytest

from functions.vendor.lifting import lift_suppression
from shared.clock import utc_now
from shared.domain.renewals import Owner, OwnerChoice
from shared.table.suppressions import Suppressions
from tests.factories import operation
from tests.functions.renewals.renewal_world import RenewalWorld

TODAY = date(2026, 3, 17)
ADA, MAX, DANA = "ada@hill.example", "max@hill.example", "dana@acme.example"

UNSET = None
VENDOR_MAX = OwnerChoice(owner=Owner.VENDOR, notify_user_id="u-max")
VENDOR_GONE = OwnerChoice(owner=Owner.VENDOR, notify_user_id="u-gone")
PARTNER_MAX = OwnerChoice(owner=Owner.PARTNER, notify_user_id="u-max")
PARTNER_GONE = OwnerChoice(owner=Owner.PARTNER, notify_user_id="u-gone")
CHOICES = (UNSET, VENDOR_MAX, VENDOR_GONE, PARTNER_MAX, PARTNER_GONE)
MAKERS = ("reachable", "missing", "suppressed", "bounced", "also the admin")


class Case(NamedTuple):
    default: OwnerChoice | None
    own: OwnerChoice | None
    maker: str
    max_suppressed: bool


class Mailed(NamedTuple):
    to: list[str]
    cc: list[str]


def expected(case: Case) -> Mailed:
    """By the words of the contract; where the chosen user cannot be mailed, the first admin who can stands in."""
    choice = case.own or case.default
    user = MAX if choice and choice.notify_user_id == "u-max" and not case.max_suppressed else ADA
    maker = {"reachable": DANA, "also the admin": ADA}.get(case.maker)
    partner_owns = choice is not None and choice.owner is Owner.PARTNER
    if partner_owns or maker is None:
        return Mailed([user], [])
    return Mailed([maker], [user] if user != maker else [])


def prepared(world: RenewalWorld, case: Case) -> RenewalWorld:
    email = {"missing": None, "also the admin": ADA}.get(case.maker, DANA)
    maker = {"name": "Dana Day", "email": email, "language": "en"} if email else None
    world.clients.client(decision_maker=maker)
    if case.default:
        world.settings("p-hill", case.default)
    world.change_client(bounced=DANA if case.maker == "bounced" else None, owner=case.own)
    suppressions = Suppressions(world.session)
    if case.maker == "suppressed":
        suppressions.add(DANA, reason="bounce", notice_id="n-0", at=utc_now())
    if case.max_suppressed:
        suppressions.add(MAX, reason="bounce", notice_id="n-0", at=utc_now())
    world.subscription("s-1", TODAY + timedelta(days=90))
    return world


@pytest.mark.feature("A52", "A53", "A55", "A56", "A57", "A58", "A60", "A61", "A62", "A63")
def test_every_combination_mails_whom_the_contract_says(world: RenewalWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the mail says is another test's; here its layout would take most of the time.
    monkeypatch.setattr("functions.notifications.delivery.build_mime", lambda *_, **__: b"mail")
    cases = [Case(*case) for case in product(CHOICES, CHOICES, MAKERS, (False, True))]
    wrong = []
    for case in cases:
        here = prepared(deepcopy(world), case)
        here.run(TODAY)
        here.deliver()
        found = [Mailed(mail["ToAddresses"], mail.get("CcAddresses", [])) for mail in here.ses.mails]
        wanted = expected(case)
        if found != [wanted]:
            wrong.append((case, found, wanted))

    assert len(cases) == 250
    assert wrong == []


def flags(world: RenewalWorld) -> list[str]:
    [row] = world.rows("PARTNER#p-hill / RENEWAL#")
    found: list[str] = row["flags"]
    return found


@pytest.mark.parametrize(
    ("maker", "before", "after"),
    [
        ("missing", ["decision_maker_missing"], ["decision_maker_missing"]),
        ("suppressed", [], ["decision_maker_undeliverable"]),
        ("reachable", [], []),
    ],
)
def test_a_decision_maker_whom_no_mail_reaches_shows_on_the_renewal(
    world: RenewalWorld, maker: str, before: list[str], after: list[str]
) -> None:
    prepared(world, Case(VENDOR_MAX, UNSET, maker, max_suppressed=False))
    assert flags(world) == before

    world.run(TODAY)
    world.deliver()

    assert flags(world) == after


def test_another_decision_maker_is_mailed_again(world: RenewalWorld) -> None:
    prepared(world, Case(VENDOR_MAX, UNSET, "bounced", max_suppressed=False))
    assert flags(world) == ["decision_maker_undeliverable"]

    world.clients.client(decision_maker={"name": "Dora Day", "email": "dora@acme.example", "language": "de"})
    assert flags(world) == []
    world.run(TODAY)
    world.deliver()

    assert [mail["ToAddresses"] for mail in world.ses.mails] == [["dora@acme.example"]]


def test_a_decision_maker_whose_suppression_is_lifted_is_mailed_again(world: RenewalWorld) -> None:
    prepared(world, Case(VENDOR_MAX, UNSET, "suppressed", max_suppressed=False))
    world.run(TODAY)
    world.deliver()
    assert flags(world) == ["decision_maker_undeliverable"]

    lift_suppression(world.session, operation(at=world.clock.now), DANA)
    world.run(TODAY + timedelta(days=30))
    world.deliver()

    assert flags(world) == []
    assert [mail["ToAddresses"] for mail in world.ses.mails] == [[MAX], [DANA]]


def test_one_mail_carries_both_addresses_and_answers_go_to_the_renewal_manager(world: RenewalWorld) -> None:
    prepared(world, Case(VENDOR_MAX, UNSET, "reachable", max_suppressed=False))

    world.run(TODAY)
    world.deliver()

    [message] = world.ses.messages
    head = message.partition(b"\r\n\r\n")[0].decode()
    assert "\r\nTo: Dana Day\r\n <dana@acme.example>\r\nCc: Max Moss\r\n <max@hill.example>\r\n" in head
    assert "\r\nReply-To: Rea Roth\r\n <rea@vendor.example>" in head
    assert "List-Unsubscribe" not in head
