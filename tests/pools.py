"""moto's user pool made to know a sign-in by its `sub`, and to keep it when it mails another password, as the real one.

The first sign-in of an address has the `sub` that events of tests bear for it; each further one has another.
"""

import contextlib
import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUser, CognitoIdpUserPool, cognitoidp_backends
from moto.core.models import DEFAULT_ACCOUNT_ID

from tests.events import subject_of

_made: Counter[tuple[str, str]] = Counter()
"""How many sign-ins a pool has had under a user name."""


@contextlib.contextmanager
def sign_ins_known_by_sub() -> Iterator[None]:
    """While the block runs; what pools there were is forgotten by whoever empties moto."""
    _made.clear()
    own_init, own_get = CognitoIdpUser.__init__, CognitoIdpUserPool._get_user
    own_create = CognitoIdpBackend.admin_create_user

    def init(user: CognitoIdpUser, *arguments: Any, **more: Any) -> None:
        own_init(user, *arguments, **more)
        user.id = subject_of(user.username, generation=_made[user.user_pool_id, user.username])
        _made[user.user_pool_id, user.username] += 1
        user.update_attributes([{"Name": "sub", "Value": user.id}])

    def get(pool: CognitoIdpUserPool, name: str) -> CognitoIdpUser | None:
        return own_get(pool, name) or next((user for user in pool.users.values() if user.id == name), None)

    def create(backend: CognitoIdpBackend, pool_id: str, name: str, action: str, *rest: Any) -> CognitoIdpUser:
        if action == "RESEND":
            return backend.admin_get_user(pool_id, name)
        return own_create(backend, pool_id, name, action, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CognitoIdpBackend, "admin_create_user", create)
        patch.setattr(CognitoIdpUser, "__init__", init)
        patch.setattr(CognitoIdpUserPool, "_get_user", get)
        yield


class Pooled(NamedTuple):
    """What a pool holds at a moment."""

    users: dict[str, CognitoIdpUser]
    made: Counter[tuple[str, str]]


def pooled(pool_id: str, *, region: str) -> Pooled:
    """Straight from moto, which takes long to list it; a copy."""
    return Pooled(copy.deepcopy(_users(pool_id, region)), _made.copy())


def restore(pool_id: str, start: Pooled, *, region: str) -> None:
    users = _users(pool_id, region)
    users.clear()
    users.update(copy.deepcopy(start.users))
    _made.clear()
    _made.update(start.made)


def _users(pool_id: str, region: str) -> dict[str, CognitoIdpUser]:
    users: dict[str, CognitoIdpUser] = cognitoidp_backends[DEFAULT_ACCOUNT_ID][region].user_pools[pool_id].users
    return users


def pooled_user(pool_id: str, name: str, *, region: str) -> CognitoIdpUser:
    """The sign-in itself, for what moto has no call."""
    return _users(pool_id, region)[name]
