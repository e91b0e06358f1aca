"""Operators and their authenticator app, where the deployment requires one of them.

An access token does not say how its owner signed in. So the pool is asked at each of an operator's requests whether
the sign-in has an app: as long as it has, the pool gives no token without a code. A token from before is refused.
"""

from datetime import datetime

from shared import settings
from shared.domain.people import Person
from shared.errors import ProblemError
from shared.http.sign_ins import find_sign_in
from shared.table.persons import People
from shared.table.session import TableSession


class AuthenticatorRequiredError(ProblemError):
    status = 403
    code = "authenticator_required"
    title = "An authenticator app is required"

    def __init__(self, what_to_do: str) -> None:
        super().__init__(f"The vendor's operators sign in with a code of an authenticator app. {what_to_do}")


def require_authenticator(session: TableSession, operator: Person, *, signed_in_at: datetime, now: datetime) -> None:
    """Raises AuthenticatorRequiredError, and UnavailableError where the pool does not say."""
    if not settings.operators_need_authenticator():
        return
    people, sign_in = People(session), find_sign_in(operator.sub)
    if sign_in is None or not sign_in.has_authenticator:
        if operator.authenticator_since:
            people.forget_authenticator(operator.sub)
        raise AuthenticatorRequiredError("Set one up, such as with `partnerdesk authenticator set-up`.")
    since = operator.authenticator_since or people.note_authenticator(operator.sub, at=now)
    if signed_in_at < since:
        raise AuthenticatorRequiredError("Yours is set up: sign in again, with its code.")
