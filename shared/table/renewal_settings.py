"""A partner's default renewal owner."""

from msgspec import Struct

from shared.domain.renewals import RenewalSettings
from shared.table import keys
from shared.table.client_records import owner_record, stored_owner
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, Refusal, Transaction


class RenewalDefaults(Struct, frozen=True):
    """The repository of one partner's default; until somebody chooses there is no item."""

    session: TableSession
    partner_id: str

    def find(self) -> RenewalSettings:
        item = self.session.get(keys.renewal_settings(self.partner_id))
        if item is None:
            return RenewalSettings()
        return RenewalSettings(
            choice=stored_owner(item), unreachable=frozenset(item["unreachable"]), version=item["version"]
        )

    def save(
        self, transaction: Transaction, settings: RenewalSettings, *, known: RenewalSettings, refusal: Refusal
    ) -> None:
        """The default over the version that was read."""
        transaction.put(
            keys.renewal_settings(self.partner_id),
            {
                **owner_record(settings.choice),
                "unreachable": sorted(settings.unreachable),
                "version": settings.version,
            },
            condition="version = :known" if known.version else ABSENT,
            values={":known": known.version} if known.version else None,
            refusal=refusal,
        )
