"""From a notice about a partner's tier to its mail."""

from datetime import date
from decimal import Decimal

from functions.notifications.contents import Reader
from functions.notifications.partner_pages import PartnerPage
from shared.domain.notices import Notice
from shared.domain.partners import Tier
from shared.domain.tiers import Bar, ReviewReason
from shared.mail.content import Mail
from shared.mail.tier_mails import TierWarning


def tier_warning(notice: Notice, reader: Reader) -> Mail:
    """To an admin of the partner. Raises KeyError, TypeError or ValueError."""
    content = notice.content
    expires_on = content["certification_expires_on"]
    return TierWarning(
        language=reader.language,
        user_name=reader.name,
        partner_name=content["partner_name"],
        review_on=date.fromisoformat(content["review_on"]),
        credited_tier=Tier(content["credited_tier"]),
        tier_then=Tier(content["tier_then"]),
        reason=ReviewReason(content["reason"]),
        total=Decimal(content["points"]["total"]),
        sold=Decimal(content["points"]["sold"]),
        missing=Bar(Decimal(content["missing"]["total"]), Decimal(content["missing"]["sold"])),
        certification_expires_on=date.fromisoformat(expires_on) if expires_on else None,
        page=PartnerPage.TIER.url,
    )
