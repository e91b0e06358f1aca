"""Refusals of the back office."""

from shared.errors import ProblemError


class EmailTakenError(ProblemError):
    status = 409
    code = "email_taken"
    title = "The e-mail address belongs to another user"

    def __init__(self) -> None:
        super().__init__("Every person has one address and one user id. Send the id that this address has already.")


class UnknownPartnerError(ProblemError):
    status = 404
    code = "not_found"
    title = "Not found"

    def __init__(self) -> None:
        super().__init__("There is no such partner yet. Make it with PUT /v1/vendor/partners/{partner_id} first.")


class UnknownClientError(ProblemError):
    status = 404
    code = "unknown_client"
    title = "There is no such client"

    def __init__(self) -> None:
        super().__init__("There is no such client yet. Make it with PUT /v1/vendor/clients/{hub_id} first.")


class SubscriptionElsewhereError(ProblemError):
    status = 409
    code = "subscription_elsewhere"
    title = "The subscription belongs to another client"

    def __init__(self) -> None:
        super().__init__("A subscription stays with its client. Send the hub_id that it was first reported with.")


class ClientTooLargeError(ProblemError):
    status = 409
    code = "client_too_large"
    title = "The client would become too large"

    def __init__(self, limit: str) -> None:
        super().__init__(f"A client holds at most {limit}. Report fewer partners, subscriptions or names for it.")


class NotSuppressedError(ProblemError):
    status = 404
    code = "not_found"
    title = "Not found"

    def __init__(self) -> None:
        super().__init__("The address is not suppressed: it is mailed like any other.")
