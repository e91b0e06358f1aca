"""From a lead's website to the domain that is registered."""

from functions.capacity.errors import InvalidWebsiteError
from shared.domains import InvalidDomainError, registrable_domain
from shared.program import Capacity as CapacityRules


def domain_of(website: str, rules: CapacityRules) -> str:
    """Raises InvalidWebsiteError, which says what is wrong with the website."""
    try:
        return registrable_domain(website, refused=rules.free_mail_hosts)
    except InvalidDomainError as error:
        raise InvalidWebsiteError(error.reason) from None
