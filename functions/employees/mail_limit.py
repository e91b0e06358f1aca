"""How often a partner may have one address mailed about joining it: a stranger must not be flooded."""

from datetime import timedelta

from msgspec import Struct, field

from functions.employees.desk import UserDesk
from functions.employees.errors import TooManyInvitationMailsError
from shared.addresses import mailbox_of
from shared.errors import IdempotencyInProgressError
from shared.table import keys
from shared.table.attempts import until_undisturbed
from shared.table.sendings import COUNTED, Noted, SendingLimit, Sendings, possible_from

MOST_A_DAY = 5
"""First passwords and invitations together, in any 24 hours, whatever becomes of the user in between."""


LONGEST_RUN = timedelta(seconds=30)
"""What no request outlasts: the gateway has given it up by then."""


class MailCount(Struct, frozen=True):
    """Counts the mail of one operation before it goes out, once however often the operation begins anew.

    The count is committed by itself: requests at the same moment cannot all mail within the same room. It stays used
    where the mail fails afterwards.
    """

    desk: UserDesk
    _counted: set[str] = field(default_factory=set)

    def has(self, email: str) -> bool:
        return email in self._counted

    def count(self, email: str) -> None:
        """Raises TooManyInvitationMailsError where another mail would be too many, and UnavailableError.

        A request that is repeated under its Idempotency-Key counts once; IdempotencyInProgressError while the one
        before may still be mailing.
        """
        if email not in self._counted:
            until_undisturbed(lambda: self._count(email))
            self._counted.add(email)

    def _count(self, email: str) -> None:
        operation = self.desk.operation
        sendings = Sendings(self.desk.session)
        limit = SendingLimit(keys.invitations_to(mailbox_of(email), self.desk.partner_id), MOST_A_DAY)
        known = sendings.noted(limit)
        recent = [one for one in zip(known.sent, known.by, strict=True) if one[0] > operation.at - COUNTED]
        sent, by = [at for at, _ in recent], [by for _, by in recent]
        if operation.id in by:  # repeated under its Idempotency-Key
            place = by.index(operation.id)
            if operation.at - sent[place] < LONGEST_RUN:
                raise IdempotencyInProgressError
            del sent[place], by[place]
        else:
            again = possible_from(sent, limit, now=operation.at)
            if again > operation.at:
                raise TooManyInvitationMailsError(most=MOST_A_DAY, possible_from=again, now=operation.at)
        noted = Noted([*sent, operation.at], [*by, operation.id])
        sendings.replace(limit, noted, known=known, operation=operation)
