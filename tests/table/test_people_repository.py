"""People, their identities and memberships, on every engine."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from functions.employees.errors import LastAdminError
from shared.domain.people import Membership, Person, Role, User
from shared.errors import ChangedMeanwhileError, NotFoundError, ProblemError
from shared.table.client import dynamodb
from shared.table.people import Identity, People, TooManyMembershipsError, Users
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from tests.engines import StoredTable
from tests.factories import Seed, operation
from tests.table.races import together

ANN = Person(
    email="ann@hill.example",
    user_id="u-ann",
    memberships={"p-hill": Membership(partner_id="p-hill", role=Role.PARTNER_ADMIN, name="Ann Hill")},
    version=1,
)


@pytest.fixture
def session(table: StoredTable) -> TableSession:
    return Seed(table=table).session


def commit(session: TableSession, act: Callable[[Transaction], object]) -> None:
    transaction = Transaction(session, operation())
    act(transaction)
    transaction.commit()


def taken(_: object) -> ProblemError:
    return NotFoundError("taken")


def test_a_person_is_found_by_address_and_user_id(session: TableSession) -> None:
    people = People(session)
    commit(session, lambda transaction: people.add(transaction, ANN, taken=taken))

    assert people.find("ann@hill.example") == ANN
    assert people.identity("u-ann") == Identity("ann@hill.example", None)
    assert people.find("nobody@hill.example") is None
    assert people.identity("u-nobody") is None


@pytest.mark.parametrize("change", [{"user_id": "u-else"}, {"email": "else@hill.example"}])
def test_neither_an_address_nor_a_user_id_is_given_twice(
    table: StoredTable, session: TableSession, change: dict[str, str]
) -> None:
    people = People(session)
    commit(session, lambda transaction: people.add(transaction, ANN, taken=taken))
    before = table.items()

    with pytest.raises(NotFoundError, match="taken"):
        commit(session, lambda transaction: people.add(transaction, replace(ANN, **change), taken=taken))
    assert table.items() == before


def test_memberships_written_at_once_by_two_partners_both_stand(session: TableSession) -> None:
    people = People(session)
    commit(session, lambda transaction: people.add(transaction, ANN, taken=taken))
    known = people.find(ANN.email)
    assert known is not None
    for partner in ("p-lake", "p-sea"):
        membership = Membership(partner_id=partner, role=Role.PARTNER_MEMBER, name="Ann")
        commit(session, lambda transaction, one=membership: people.put_membership(transaction, known, one))  # type: ignore[misc]

    after = people.find(ANN.email)
    assert after is not None
    assert (list(after.memberships), after.version) == (["p-hill", "p-lake", "p-sea"], 3)


def test_of_two_partners_that_add_a_person_at_once_only_one_makes_the_25th_membership(session: TableSession) -> None:
    people = People(session)
    held = {f"p-{number}": replace(ANN.memberships["p-hill"], partner_id=f"p-{number}") for number in range(24)}
    known = replace(ANN, memberships=held)
    commit(session, lambda transaction: people.add(transaction, known, taken=taken))

    def join(partner: str) -> None:
        membership = Membership(partner_id=partner, role=Role.PARTNER_MEMBER, name="Ann")
        commit(session, lambda transaction: people.put_membership(transaction, known, membership))

    join("p-lake")
    with pytest.raises(TooManyMembershipsError):
        join("p-sea")
    join("p-lake")  # which changes one that is there

    after = people.find(ANN.email)
    assert after is not None
    assert set(after.memberships) == {*held, "p-lake"}


def test_a_membership_is_not_given_to_whoever_has_the_address_now(session: TableSession) -> None:
    people = People(session)
    commit(session, lambda transaction: people.add(transaction, ANN, taken=taken))
    membership = ANN.memberships["p-hill"]

    with pytest.raises(ChangedMeanwhileError):
        commit(
            session,
            lambda transaction: people.put_membership(transaction, replace(ANN, user_id="u-before"), membership),
        )


def test_a_person_moves_to_another_address_as_a_whole(table: StoredTable, session: TableSession) -> None:
    people = People(session)
    commit(session, lambda transaction: people.add(transaction, ANN, taken=taken))

    commit(session, lambda transaction: people.change_address(transaction, ANN, "ann@else.example", taken=taken))

    assert people.find("ann@hill.example") is None
    assert people.find("ann@else.example") == replace(ANN, email="ann@else.example", version=2)
    assert people.identity("u-ann") == Identity("ann@else.example", "ann@hill.example")
    people.forget_left_email("u-ann", "ann@hill.example")
    people.forget_left_email("u-ann", "ann@hill.example")
    assert people.identity("u-ann") == Identity("ann@else.example", None)
    before = table.items()
    with pytest.raises(ChangedMeanwhileError):
        commit(session, lambda transaction: people.change_address(transaction, ANN, "ann@sea.example", taken=taken))
    assert table.items() == before


def test_a_removed_user_loses_row_and_membership_together(table: StoredTable) -> None:
    seed = Seed(table=table)
    seed.partner()
    user = seed.user("ann@hill.example")
    users = Users(seed.session, "p-hill")
    assert users.find("u-ann") == user

    commit(seed.session, lambda transaction: users.remove(transaction, user))

    person = People(seed.session).find("ann@hill.example")
    assert person is not None
    assert (users.find("u-ann"), person.memberships) == (None, {})
    with pytest.raises(ChangedMeanwhileError):
        commit(seed.session, lambda transaction: users.remove(transaction, user))


def test_admins_who_demote_each_other_all_at_once_leave_one(table: StoredTable) -> None:
    seed = Seed(table=table)
    users = Users(seed.session, "p-hill")
    admins = [seed.user(f"admin-{number}@hill.example") for number in range(8)]
    refused: list[str] = []

    def demote(admin: User) -> None:
        transaction = Transaction(TableSession(dynamodb(), table.name), operation())
        member = replace(admin, role=Role.PARTNER_MEMBER, version=2)
        users.save(transaction, member, known=admin, refusal=taken, last_admin=lambda _: LastAdminError())
        try:
            transaction.commit()
        except LastAdminError:
            refused.append(admin.user_id)

    together([lambda one=one: demote(one) for one in admins], threads=8)  # type: ignore[misc] # bound early

    left = [user.user_id for user in users.page(limit=100).users if user.role is Role.PARTNER_ADMIN]
    assert left == refused
    assert len(left) == 1


def test_users_are_paged_by_name_in_one_partner(table: StoredTable) -> None:
    seed = Seed(table=table)
    for name in ("zoe", "Änne", "beate", "Carl", "dora"):
        seed.user(f"{name.encode().hex()}@hill.example", name=name)
    seed.user("ann@lake.example", partner_id="p-lake")
    users = Users(seed.session, "p-hill")

    first = users.page(limit=2)
    second = users.page(limit=2, start=first.last)
    third = users.page(limit=2, start=second.last)

    names = [[user.name for user in page.users] for page in (first, second, third)]
    assert names == [["beate", "Carl"], ["dora", "zoe"], ["Änne"]]
    assert third.last is None
