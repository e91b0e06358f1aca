"""The notices that assignments and transfer requests give rise to."""

from collections.abc import Sequence
from datetime import datetime

from shared.clock import instant_text
from shared.domain.assignments import Transfer
from shared.domain.clients import Client, DecisionMaker
from shared.domain.notices import Notice, NoticeKind
from shared.domain.partners import Partner
from shared.domain.people import Person, User
from shared.table.notices import new_notice_id


def assigned(partner: Partner, user: User, companies: Sequence[str], *, by: str, now: datetime) -> Notice:
    """To the employee, about the clients they are given."""
    return Notice(
        notice_id=new_notice_id(),
        kind=NoticeKind.EMPLOYEE_ASSIGNED,
        partner_id=partner.partner_id,
        created_at=now,
        content={"partner_name": partner.name, "companies": list(companies), "assigned_by": by},
        user_id=user.user_id,
    )


def invited(partner: Partner, person: Person, *, by: str, now: datetime) -> Notice:
    """To the person whom the partner wants to add, in the language that the person reads already."""
    return Notice(
        notice_id=new_notice_id(),
        kind=NoticeKind.INVITED,
        partner_id=partner.partner_id,
        created_at=now,
        content={"partner_name": partner.name, "invited_by": by, "language": person.language},
        email=person.email,
    )


def address_listed(owner_id: str, user: User, *, now: datetime) -> Notice:
    """To the first admin of the partner on whose domain the address is; it never says who lists it."""
    return Notice(
        notice_id=new_notice_id(),
        kind=NoticeKind.ADDRESS_LISTED,
        partner_id=owner_id,
        created_at=now,
        content={"email": user.email},
    )


def access_requested(
    partner: Partner, client: Client, maker: DecisionMaker, employee: User, *, by: str, requester_id: str, now: datetime
) -> Notice:
    """To the client's decision maker, who can add the employee to the portal (A100)."""
    return Notice(
        notice_id=new_notice_id(),
        kind=NoticeKind.ACCESS_REQUESTED,
        partner_id=partner.partner_id,
        created_at=now,
        content={
            "partner_name": partner.name,
            "company": client.profile.company,
            "decision_maker": {"name": maker.name, "language": maker.language},
            "employee": {"name": employee.name, "email": employee.email},
            "requested_by": by,
        },
        user_id=requester_id,
        email=maker.email,
    )


def transfer_requested(transfer: Transfer, *, now: datetime) -> Notice:
    """To the first admin of the partner that is asked."""
    return Notice(
        notice_id=new_notice_id(),
        kind=NoticeKind.TRANSFER_REQUESTED,
        partner_id=transfer.asked_partner_id,
        created_at=now,
        content={
            **_about(transfer),
            "asking_partner_name": transfer.asking_partner_name,
            "asking_user_name": transfer.asking_user_name,
            "expires_at": instant_text(transfer.expires_at),
        },
    )


def transfer_ended(transfer: Transfer, *, to_asked: bool = False, now: datetime) -> Notice:
    """To the user who asked, or to the first admin of the partner that was asked; neither names the other one's."""
    content = {**_about(transfer), "status": transfer.stored_status, "to_asked": to_asked}
    if to_asked:
        content["asking_partner_name"] = transfer.asking_partner_name
    return Notice(
        notice_id=new_notice_id(),
        kind=NoticeKind.TRANSFER_ENDED,
        partner_id=transfer.asked_partner_id if to_asked else transfer.asking_partner_id,
        created_at=now,
        content=content,
        user_id=None if to_asked else transfer.asking_user_id,
    )


def _about(transfer: Transfer) -> dict[str, str | bool]:
    return {"company": transfer.company, "email": transfer.email}
