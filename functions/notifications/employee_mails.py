"""From a notice about partner employees to its mail."""

from functions.notifications.contents import Reader
from functions.notifications.partner_pages import PartnerPage
from shared.clock import instant
from shared.domain.assignments import TransferStatus
from shared.domain.notices import Notice
from shared.mail.content import Mail
from shared.mail.employee_mails import AccessRequested, EmployeeAssigned, TransferEnded, TransferRequested


def employee_assigned(notice: Notice, reader: Reader) -> Mail:
    """To the employee. Raises KeyError or TypeError."""
    content = notice.content
    return EmployeeAssigned(
        language=reader.language,
        user_name=reader.name,
        partner_name=content["partner_name"],
        assigned_by=content["assigned_by"],
        companies=tuple(content["companies"]),
    )


def access_requested(notice: Notice, reader: Reader, *, vendor_name: str) -> Mail:
    """To the client's decision maker. Raises KeyError or TypeError."""
    content = notice.content
    return AccessRequested(
        language=reader.language,
        contact_name=reader.name,
        partner_name=content["partner_name"],
        company=content["company"],
        vendor_name=vendor_name,
        employee_name=content["employee"]["name"],
        employee_email=content["employee"]["email"],
        requested_by=content["requested_by"],
    )


def transfer_requested(notice: Notice, reader: Reader) -> Mail:
    """To an admin of the partner that is asked. Raises KeyError, TypeError or ValueError."""
    content = notice.content
    return TransferRequested(
        language=reader.language,
        user_name=reader.name,
        company=content["company"],
        email=content["email"],
        asking_partner_name=content["asking_partner_name"],
        asking_user_name=content["asking_user_name"],
        answer_by=instant(content["expires_at"]).date(),
        page=PartnerPage.TRANSFERS.url,
    )


def transfer_ended(notice: Notice, reader: Reader) -> Mail:
    """To the user who asked, or to an admin of the partner that was asked. Raises KeyError, TypeError or ValueError."""
    content = notice.content
    return TransferEnded(
        language=reader.language,
        user_name=reader.name,
        company=content["company"],
        email=content["email"],
        status=TransferStatus(content["status"]),
        asking_partner_name=content["asking_partner_name"] if content["to_asked"] else None,
    )
