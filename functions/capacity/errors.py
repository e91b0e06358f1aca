"""Refusals of the capacity manager."""

from shared.errors import ProblemError


class CapacityReachedError(ProblemError):
    status = 409
    code = "capacity_reached"
    title = "The capacity is used up"

    def __init__(self) -> None:
        super().__init__("Deregister domains that you no longer pursue, or reach a tier with a higher limit.")


class AlreadyRegisteredError(ProblemError):
    status = 409
    code = "already_registered"
    title = "Already registered by you"

    def __init__(self, domain: str) -> None:
        super().__init__(f"{domain} is one of your current registrations; edit that one instead.")


class DomainUnavailableError(ProblemError):
    status = 409
    code = "domain_unavailable"
    title = "The domain is not available"

    def __init__(self, domain: str) -> None:
        super().__init__(
            f"{domain} is registered by another partner. It becomes free when that partner deregisters it."
        )


class RestoreWindowOverError(ProblemError):
    status = 409
    code = "restore_window_over"
    title = "Too late to restore"

    def __init__(self, days: int) -> None:
        super().__init__(f"A lead can be restored for {days} days after deregistering. Register it anew.")
