"""Two people who change one client at the same moment."""

from collections.abc import Callable

import pytest

from functions.renewals.service import RenewalDesk, change_owner
from shared.domain.renewals import Owner, OwnerChoice
from shared.errors import OutdatedTagError
from shared.program import program
from tests.factories import operation
from tests.functions.renewals.renewal_world import RenewalWorld

MINE = OwnerChoice(owner=Owner.VENDOR, notify_user_id="u-max")
THEIRS = OwnerChoice(owner=Owner.PARTNER, notify_user_id="u-ada")


def desk(world: RenewalWorld) -> RenewalDesk:
    return RenewalDesk(world.session, "p-hill", operation(at=world.clock.now), program())


def change(world: RenewalWorld, *, meanwhile: Callable[[], object]) -> list[int]:
    """Change the owner that was seen, while something else happens after reading; the versions met, from 1 on."""
    met: list[int] = []
    first = world.clients.found().relations["p-hill"].owner_version

    def unchanged(version: int) -> None:
        met.append(version - first + 1)
        if version != first:
            raise OutdatedTagError
        if len(met) == 1:
            meanwhile()

    change_owner(desk(world), "c-4711", MINE, unchanged=unchanged)
    return met


def owner(world: RenewalWorld) -> OwnerChoice | None:
    return world.clients.found().relations["p-hill"].owner


def test_an_owner_that_somebody_else_has_just_changed_is_not_overwritten(world: RenewalWorld) -> None:
    def theirs() -> None:
        change_owner(desk(world), "c-4711", THEIRS, unchanged=lambda _: None)

    with pytest.raises(OutdatedTagError):
        change(world, meanwhile=theirs)

    assert owner(world) == THEIRS


def test_another_change_of_the_client_is_kept_beside_the_owner(world: RenewalWorld) -> None:
    assert change(world, meanwhile=lambda: world.clients.client(company="Acme and Sons")) == [1, 1]

    assert owner(world) == MINE
    assert world.clients.found().profile.company == "Acme and Sons"
