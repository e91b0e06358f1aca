"""Which partners have said that an e-mail domain is theirs."""

from msgspec import Struct

from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, PRESENT, Transaction

MOST_TOLD = 5
"""Partners of one domain, such as the branches of a company."""


class EmailDomains(Struct, frozen=True):
    """The repository of partners by e-mail domain."""

    session: TableSession

    def owners_elsewhere(self, email: str, *, partner_id: str) -> list[str]:
        """Partners on whose domain the address is, or on a part of it; none where the partner itself is one of them."""
        labels = email.rpartition("@")[2].split(".")
        owners = [
            item["sk"]
            for start in range(len(labels) - 1)
            for item in self.session.query(
                KeyConditionExpression="pk = :pk",
                ConsistentRead=True,
                Limit=MOST_TOLD,
                values={":pk": keys.email_domain(".".join(labels[start:]))},
            ).items
        ]
        return [] if partner_id in owners else owners[:MOST_TOLD]

    def move(self, transaction: Transaction, partner_id: str, *, before: str | None, after: str | None) -> None:
        """The partner's domain is another; refused with ChangedMeanwhileError."""
        if before == after:
            return
        if before:
            transaction.delete(
                keys.email_domain_of(before, partner_id),
                condition=PRESENT,
                refusal=lambda _: ChangedMeanwhileError(),
            )
        if after:
            transaction.put(
                keys.email_domain_of(after, partner_id),
                {"partner_id": partner_id},
                condition=ABSENT,
                refusal=lambda _: ChangedMeanwhileError(),
            )
