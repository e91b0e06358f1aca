"""Which roles may use which route: the one table, from which the tests of access are generated."""

from shared.domain.people import Role

OPERATORS = frozenset({Role.VENDOR_OPERATOR})
ADMINS = frozenset({Role.PARTNER_ADMIN})
PARTNER_USERS = frozenset({Role.PARTNER_ADMIN, Role.PARTNER_MEMBER})
ANYONE_KNOWN = OPERATORS | PARTNER_USERS

ROLES_BY_ROUTE = {
    "GET /v1/capacity": PARTNER_USERS,
    "GET /v1/registrations": PARTNER_USERS,
    "POST /v1/registrations": PARTNER_USERS,
    "GET /v1/registrations.csv": PARTNER_USERS,
    "POST /v1/registrations/batch": PARTNER_USERS,
    "POST /v1/registrations/deregister": PARTNER_USERS,
    "GET /v1/registrations/{domain}": PARTNER_USERS,
    "PATCH /v1/registrations/{domain}": PARTNER_USERS,
    "POST /v1/registrations/{domain}/restore": PARTNER_USERS,
    "GET /v1/products": PARTNER_USERS,
    "GET /v1/confirmation-links": PARTNER_USERS,
    "POST /v1/confirmation-links": PARTNER_USERS,
    "POST /v1/confirmation-links/preview": PARTNER_USERS,
    "GET /v1/confirmation-links/{link_id}": PARTNER_USERS,
    "PATCH /v1/confirmation-links/{link_id}": PARTNER_USERS,
    "DELETE /v1/confirmation-links/{link_id}": PARTNER_USERS,
    "GET /v1/confirmation-links/{link_id}/preview": PARTNER_USERS,
    "GET /v1/confirmation-links/{link_id}/certificate": PARTNER_USERS,
    "GET /v1/confirmation-links/{link_id}/events": PARTNER_USERS,
    "POST /v1/confirmation-links/{link_id}/clone": PARTNER_USERS,
    "POST /v1/confirmation-links/{link_id}/send": PARTNER_USERS,
    "POST /v1/confirmation-links/{link_id}/revoke": PARTNER_USERS,
    "GET /v1/me": ANYONE_KNOWN,
    "GET /v1/users": PARTNER_USERS,
    "POST /v1/users": ADMINS,
    "GET /v1/users/{user_id}": PARTNER_USERS,
    "PATCH /v1/users/{user_id}": ADMINS,
    "DELETE /v1/users/{user_id}": ADMINS,
    "PUT /v1/vendor/partners/{partner_id}": OPERATORS,
    "PUT /v1/vendor/partners/{partner_id}/users/{user_id}": OPERATORS,
    "GET /v1/vendor/audit": OPERATORS,
    "GET /v1/vendor/audit/verification": OPERATORS,
}
