"""Addresses on another partner's domain: they are listed with their owner's yes alone, and the partner is told."""

from collections.abc import Sequence

from functions.employees import notices
from functions.employees.errors import AgreementMissingError
from shared.domain.people import User
from shared.table.notices import post
from shared.table.transactions import Transaction


def require_agreement(user: User, owners: Sequence[str]) -> None:
    """Raises AgreementMissingError where the address is another partner's and the user has not said yes."""
    if owners and not user.agreed:
        raise AgreementMissingError


def tell_owners(transaction: Transaction, user: User, owners: Sequence[str]) -> None:
    """In the transaction that lists the user as an employee: tell the partners on whose domain the address is.

    The transaction must have the user's row unchanged as its condition. Raises AgreementMissingError.
    """
    require_agreement(user, owners)
    for owner_id in owners:
        post(transaction, notices.address_listed(owner_id, user, now=transaction.operation.at))
