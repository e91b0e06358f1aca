"""One route driven over HTTP on the running stack: on its way to success, and on one refusal."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.system.conftest import Answer
from tests.system.drives.world import World

Run = Callable[[World], Answer]
Refusal = tuple[int, str | None, Run]
"""Status, `code` (None where a page refuses), and the request."""


@dataclass(frozen=True)
class Drive:
    """What is sent to succeed, with which status it succeeds, and one request that is refused."""

    success: Run
    status: int = 200
    refusal: Refusal = field(kw_only=True)


def refused_operator(path: str) -> Refusal:
    """A partner's route, asked by the vendor's operator."""
    return 403, "role_required", lambda world: world.operator.get(path)


def refused_path(path: str) -> Refusal:
    """A public page that is not there."""
    return 404, None, lambda world: world.anybody.get(path)
