"""Where partner staff do what a mail asks of them: the API's reference, until there are pages for it."""

from enum import StrEnum

from shared import settings


class PartnerPage(StrEnum):
    """Areas of the reference, by their names in its paths."""

    LINKS = "confirmation-links"
    RENEWALS = "renewals"
    TRANSFERS = "transfer-requests"
    TIER = "tier"

    @property
    def url(self) -> str:
        return f"{settings.public_base_url()}/reference/{self.value}"
