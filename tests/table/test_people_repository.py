"""People, their identities and memberships, on every engine."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from functions.employees.errors import LastAdminError
from shared.domain.people import Membership, Person, Role, User
from shared.errors import ChangedMeanwhileError, NotFoundError, ProblemError
from shared.table.client import dynamodb
from shared.table.people import Users, move_person
from shared.table.persons import Identity, People, SignIn, TooManyMembershipsError
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.events import subject_of
from tests.factories import Seed, operation
from tests.table.races import together

ANN = Person(
    sub="s-ann",
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


def test_a_person_is_found_by_sign_in_address_and_user_id(session: TableSession) -> None:
    people = People(session)
    commit(session, lambda transaction: people.add(transaction, ANN, taken=taken))

    assert people.find("s-ann") == ANN
    assert people.holder("ann@hill.example") == SignIn("s-ann", "ann@hill.example")
    assert people.identity("u-ann") == Identity(SignIn("s-ann", "ann@hill.example"), None)
    assert people.find("s-nobody") is None
    assert people.holder("nobody@hill.example") is None
    assert people.identity("u-nobody") is None


@pytest.mark.parametrize(
    "change",
    [
        {"user_id": "u-else", "email": "else@hill.example"},
        {"user_id": "u-else", "sub": "s-else"},
        {"email": "else@hill.example", "sub": "s-else"},
    ],
)
def test_neither_a_sign_in_nor_an_address_nor_a_user_id_is_given_twice(
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
    known = people.find(ANN.sub)
    assert known is not None
    for partner in ("p-lake", "p-sea"):
        membership = Membership(partner_id=partner, role=Role.PARTNER_MEMBER, name="Ann")
        commit(session, lambda transaction, one=membership: people.put_membership(transaction, known, one))  # type: ignore[misc]

    after = people.find(ANN.sub)
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

    after = people.find(ANN.sub)
    assert after is not None
    assert set(after.memberships) == {*held, "p-lake"}


def test_a_membership_is_not_given_to_somebody_who_has_left(session: TableSession) -> None:
    people = People(session)
    commit(session, lambda transaction: people.add(transaction, ANN, taken=taken))
    commit(session, lambda transaction: people.end(transaction, ANN))
    anew = replace(ANN, sub="s-new", user_id="u-new", email="new@hill.example")
    commit(session, lambda transaction: people.add(transaction, anew, taken=taken))

    with pytest.raises(ChangedMeanwhileError):
        commit(session, lambda transaction: people.put_membership(transaction, ANN, ANN.memberships["p-hill"]))


def test_an_address_is_free_only_once_the_sign_in_of_its_last_owner_is_deleted(session: TableSession) -> None:
    people, anew = People(session), replace(ANN, sub="s-new", user_id="u-new")
    commit(session, lambda transaction: people.add(transaction, ANN, taken=taken))
    commit(session, lambda transaction: people.end(transaction, ANN))
    left = SignIn("s-ann", "ann@hill.example")

    with pytest.raises(NotFoundError, match="taken"):
        commit(session, lambda transaction: people.add(transaction, anew, taken=taken))
    assert list(people.left_sign_ins(until=StoppedClock.now)) == []
    assert list(people.left_sign_ins(until=StoppedClock.now + timedelta(minutes=1))) == [left]

    commit(session, lambda transaction: people.forget_sign_in(transaction, left))
    commit(session, lambda transaction: people.add(transaction, anew, taken=taken))
    with pytest.raises(ChangedMeanwhileError):
        commit(session, lambda transaction: people.forget_sign_in(transaction, left))
    assert people.holder("ann@hill.example") == SignIn("s-new", "ann@hill.example")
    assert people.find("s-ann") is None


def test_a_person_moves_to_another_address_as_a_whole(table: StoredTable, session: TableSession) -> None:
    seed = Seed(table=table)
    for partner in ("p-hill", "p-lake"):
        seed.user("ann@hill.example", partner_id=partner, user_id="u-ann")
    people, to = People(session), SignIn("s-new", "ann@else.example")
    ann = people.find(subject_of("ann@hill.example"))
    assert ann is not None

    commit(session, lambda transaction: move_person(transaction, ann, to))

    assert people.find(ann.sub) is None
    assert people.find("s-new") == replace(ann, sub="s-new", email="ann@else.example", version=ann.version + 1)
    assert people.identity("u-ann") == Identity(to, SignIn(ann.sub, "ann@hill.example"))
    rows = [Users(session, partner).find("u-ann") for partner in ("p-hill", "p-lake")]
    assert [(row.sub, row.email, row.version) for row in rows if row] == [("s-new", "ann@else.example", 2)] * 2
    people.forget_move("u-ann", SignIn(ann.sub, "ann@hill.example"))
    people.forget_move("u-ann", SignIn(ann.sub, "ann@hill.example"))
    assert people.identity("u-ann") == Identity(to, None)
    before = table.items()
    with pytest.raises(ChangedMeanwhileError):
        commit(session, lambda transaction: move_person(transaction, ann, SignIn("s-sea", "ann@sea.example")))
    assert table.items() == before


def test_a_sign_in_that_the_pool_has_lost_is_exchanged_under_the_same_address(session: TableSession) -> None:
    people = People(session)
    commit(session, lambda transaction: people.add(transaction, replace(ANN, memberships={}), taken=taken))

    commit(
        session,
        lambda transaction: move_person(transaction, replace(ANN, memberships={}), SignIn("s-new", "ann@hill.example")),
    )

    assert people.holder("ann@hill.example") == SignIn("s-new", "ann@hill.example")
    assert people.identity("u-ann") == Identity(SignIn("s-new", "ann@hill.example"), None)
    assert (people.find("s-ann"), people.find("s-new")) == (None, replace(ANN, sub="s-new", memberships={}, version=2))


def test_a_removed_user_loses_row_and_membership_together(table: StoredTable) -> None:
    seed = Seed(table=table)
    for partner in ("p-hill", "p-lake"):
        seed.partner(partner)
        user = seed.user("ann@hill.example", partner_id=partner)
    users, people = Users(seed.session, "p-lake"), People(seed.session)
    person = people.find(user.sub)
    assert person is not None

    commit(seed.session, lambda transaction: users.remove(transaction, user, person))

    after = people.find(user.sub)
    assert after is not None
    assert (users.find("u-ann"), list(after.memberships)) == (None, ["p-hill"])
    with pytest.raises(ChangedMeanwhileError):
        commit(seed.session, lambda transaction: users.remove(transaction, user, person))


def test_who_is_removed_from_the_last_partner_is_known_no_longer(table: StoredTable) -> None:
    seed = Seed(table=table)
    seed.partner()
    user = seed.user("ann@hill.example")
    users, people = Users(seed.session, "p-hill"), People(seed.session)
    person = people.find(user.sub)
    assert person is not None

    commit(seed.session, lambda transaction: users.remove(transaction, user, person))

    assert (users.find("u-ann"), people.find(user.sub)) == (None, None)
    assert people.holder("ann@hill.example") == SignIn(user.sub, "ann@hill.example")
    with pytest.raises(ChangedMeanwhileError):
        commit(seed.session, lambda transaction: users.remove(transaction, user, person))


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
