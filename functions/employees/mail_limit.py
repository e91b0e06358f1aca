"""How often a partner may have one address mailed about joining it: a stranger must not be flooded."""

from collections.abc import Sequence
from datetime import datetime

from functions.employees.desk import UserDesk
from functions.employees.errors import TooManyInvitationMailsError
from shared.addresses import mailbox_of
from shared.table import keys
from shared.table.sendings import SendingLimit, Sendings, possible_from
from shared.table.transactions import Transaction

MOST_A_DAY = 5
"""First passwords and invitations together, in any 24 hours, whatever becomes of the user in between."""


def mailed_before(desk: UserDesk, email: str) -> list[datetime]:
    """When the address was mailed of late. Raises TooManyInvitationMailsError where another mail would be too many."""
    limit = _limit(desk, email)
    [noted] = Sendings(desk.session).of([limit])
    again = possible_from(noted, limit, now=desk.operation.at)
    if again > desk.operation.at:
        raise TooManyInvitationMailsError(most=MOST_A_DAY, possible_from=again, now=desk.operation.at)
    return noted


def note_mail(desk: UserDesk, transaction: Transaction, email: str, *, known: Sequence[datetime]) -> None:
    """One mail more; refused with ChangedMeanwhileError where another one was noted meanwhile."""
    Sendings(desk.session).note(transaction, _limit(desk, email), now=desk.operation.at, known=known)


def _limit(desk: UserDesk, email: str) -> SendingLimit:
    return SendingLimit(keys.invitations_to(mailbox_of(email), desk.partner_id), MOST_A_DAY)
