"""From a notice about people's places in partners to its mail."""

from functions.notifications.contents import Reader
from shared import settings
from shared.domain.notices import Notice
from shared.mail.content import Mail
from shared.mail.people_mails import AddressListed, Invited


def invited(notice: Notice, reader: Reader, *, vendor_name: str) -> Mail:
    """To the person whom a partner wants to add. Raises KeyError or TypeError."""
    content = notice.content
    return Invited(
        language=reader.language,
        email=reader.email,
        vendor_name=vendor_name,
        partner_name=content["partner_name"],
        invited_by=content["invited_by"],
        reference_url=f"{settings.public_base_url()}/reference",
    )


def address_listed(notice: Notice, reader: Reader) -> Mail:
    """To an admin of the partner on whose domain an address is. Raises KeyError or TypeError."""
    return AddressListed(language=reader.language, user_name=reader.name, email=notice.content["email"])
