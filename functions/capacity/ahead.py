"""What the capacity manager's routes read in the same call as the caller."""

from collections.abc import Mapping, Sequence

from shared.domains import InvalidDomainError, registrable_domain
from shared.errors import NotFoundError
from shared.table import keys


def path_domain(text: str) -> str:
    """The registrable domain that a path names, even one that the program would refuse by now.

    Raises NotFoundError for a text that has none.
    """
    try:
        return registrable_domain(text)
    except InvalidDomainError:
        raise NotFoundError from None


def _partner_and_capacity(partner_id: str, _: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.partner(partner_id), keys.capacity(partner_id)]


def _one_registration(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [*_partner_and_capacity(partner_id, path), keys.registration(partner_id, path_domain(path["domain"]))]


def _former_registration(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [*_partner_and_capacity(partner_id, path), keys.former_registration(partner_id, path_domain(path["domain"]))]


READ_AHEAD = {
    "GET /v1/capacity": _partner_and_capacity,
    "GET /v1/registrations": _partner_and_capacity,
    "GET /v1/registrations.csv": _partner_and_capacity,
    "POST /v1/registrations": _partner_and_capacity,
    "POST /v1/registrations/batch": _partner_and_capacity,
    "GET /v1/registrations/{domain}": _one_registration,
    "PATCH /v1/registrations/{domain}": _one_registration,
    "POST /v1/registrations/{domain}/restore": _former_registration,
}
