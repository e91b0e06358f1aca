"""Which roles may use which route: the one table, from which the tests of access are generated.

A route that stands neither here nor among the public ones does not start: see `Application`.
"""

from shared.domain.people import Role

OPERATORS = frozenset({Role.VENDOR_OPERATOR})
ADMINS = frozenset({Role.PARTNER_ADMIN})
PARTNER_USERS = frozenset({Role.PARTNER_ADMIN, Role.PARTNER_MEMBER})
ANYONE_KNOWN = OPERATORS | PARTNER_USERS

PUBLIC_ROUTES = frozenset(
    {"GET /openapi.json", "GET /reference", "GET /reference/{area}", "GET /static/{digest}/{name}"}
)
"""Routes for everybody, which know no caller."""

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
    "GET /v1/clients": PARTNER_USERS,
    "GET /v1/clients/{client_id}": PARTNER_USERS,
    "GET /v1/clients/{client_id}/usage": PARTNER_USERS,
    "GET /v1/clients/{client_id}/engagement": PARTNER_USERS,
    "POST /v1/clients/{client_id}/end-services": ADMINS,
    "GET /v1/dashboard": PARTNER_USERS,
    "GET /v1/renewals": PARTNER_USERS,
    "GET /v1/renewals.ics": PARTNER_USERS,
    "GET /v1/renewals/settings": PARTNER_USERS,
    "PUT /v1/renewals/settings": ADMINS,
    "GET /v1/renewals/digest": PARTNER_USERS,
    "PUT /v1/renewals/digest": PARTNER_USERS,
    "POST /v1/renewals/{renewal_id}/decision": ADMINS,
    "GET /v1/clients/{client_id}/renewals": PARTNER_USERS,
    "GET /v1/clients/{client_id}/renewal-owner": PARTNER_USERS,
    "PUT /v1/clients/{client_id}/renewal-owner": ADMINS,
    "GET /v1/me": ANYONE_KNOWN,
    "POST /v1/me/memberships/{partner_id}/accept": ANYONE_KNOWN,
    "POST /v1/me/memberships/{partner_id}/decline": ANYONE_KNOWN,
    "GET /v1/users": PARTNER_USERS,
    "POST /v1/users": ADMINS,
    "GET /v1/users/{user_id}": PARTNER_USERS,
    "PATCH /v1/users/{user_id}": ADMINS,
    "DELETE /v1/users/{user_id}": ADMINS,
    "PUT /v1/users/{user_id}/partner-employee": ADMINS,
    "POST /v1/users/{user_id}/resend-invitation": ADMINS,
    "GET /v1/employees": PARTNER_USERS,
    "GET /v1/employees/{user_id}": PARTNER_USERS,
    "GET /v1/employees/{user_id}/activity": PARTNER_USERS,
    "POST /v1/employees/{user_id}/clients": ADMINS,
    "POST /v1/employees/{user_id}/clients/{client_id}/request-access": ADMINS,
    "POST /v1/employees/{user_id}/clients/{client_id}/transfer-request": ADMINS,
    "DELETE /v1/employees/{user_id}/clients/{client_id}": ADMINS,
    "GET /v1/transfer-requests": PARTNER_USERS,
    "POST /v1/transfer-requests/{transfer_id}/accept": ADMINS,
    "POST /v1/transfer-requests/{transfer_id}/decline": ADMINS,
    "GET /v1/tier": PARTNER_USERS,
    "GET /v1/tier/points": PARTNER_USERS,
    "GET /v1/tier/points/{client_id}": PARTNER_USERS,
    "GET /v1/tier/history": PARTNER_USERS,
    "POST /v1/tier/what-if": PARTNER_USERS,
    "GET /v1/team": PARTNER_USERS,
    "PUT /v1/vendor/partners/{partner_id}": OPERATORS,
    "PUT /v1/vendor/partners/{partner_id}/users/{user_id}": OPERATORS,
    "PUT /v1/vendor/clients/{hub_id}": OPERATORS,
    "PUT /v1/vendor/clients/{hub_id}/partners/{partner_id}": OPERATORS,
    "PUT /v1/vendor/subscriptions/{subscription_id}": OPERATORS,
    "PUT /v1/vendor/usage/{hub_id}": OPERATORS,
    "PUT /v1/vendor/deals/{deal_id}": OPERATORS,
    "POST /v1/vendor/points/verification": OPERATORS,
    "GET /v1/vendor/suppressions/{email}": OPERATORS,
    "DELETE /v1/vendor/suppressions/{email}": OPERATORS,
    "POST /v1/vendor/activities": OPERATORS,
    "GET /v1/vendor/audit": OPERATORS,
    "GET /v1/vendor/audit/verification": OPERATORS,
}
