"""What the routes about renewals take and answer."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, ValidationInfo, field_validator

from functions.renewals.rules import days_left, decision_deadline
from functions.renewals.service import OwnerInForce
from shared.domain.clients import Client, DecisionMaker, Subscription, client_id
from shared.domain.languages import Language
from shared.domain.money import difference
from shared.domain.renewals import Owner, OwnerChoice, RenewalDecision, RenewalSettings, RenewalStatus, renewal_id
from shared.http.money import MoneyAnswer
from shared.http.schemas import Answer, Body, Instant, Matching
from shared.program import Program
from shared.table.client_lists import RenewalRow
from shared.text import Paragraph

DEFAULT = "default"
Flags = Annotated[
    list[str],
    Field(
        description="What stands in the way of telling people: `decision_maker_missing`, "
        "`decision_maker_undeliverable`, `notified_user_undeliverable` (the first admin whom mail reaches is told "
        "instead), `nobody_told` (the last notice reached nobody)."
    ),
]
UserId = Annotated[str, Field(min_length=1, max_length=100), Matching(r"^[^#\s]+$", "must be the id of a user")]

_DECISIONS: Mapping[RenewalStatus, str] = {
    RenewalStatus.CONFIRMED: "confirm",
    RenewalStatus.CANCELLATION_REQUESTED: "request_cancellation",
}


class RenewalSettingsBody(Body):
    """The default, and the partner's user who is mailed, or copied where the vendor mails the client."""

    owner: Owner
    notify_user_id: UserId

    def to_choice(self) -> OwnerChoice:
        return OwnerChoice(owner=self.owner, notify_user_id=self.notify_user_id)


class RenewalOwnerBody(Body):
    """One client's own owner; `default` follows the default and names no user."""

    owner: Literal["default", "vendor", "partner"]
    notify_user_id: Annotated[UserId | None, Field(validate_default=True)] = None

    @field_validator("notify_user_id")
    @classmethod
    def _agrees_with_the_owner(cls, value: str | None, info: ValidationInfo) -> str | None:
        owner = info.data.get("owner")
        if owner == DEFAULT and value is not None:
            raise ValueError("must be left out for the default owner, which names its own")
        if owner is not None and owner != DEFAULT and value is None:
            raise ValueError("is missing: an owner of the client's own needs one")
        return value

    def to_choice(self) -> OwnerChoice | None:
        if self.owner == DEFAULT:
            return None
        return OwnerChoice(owner=Owner(self.owner), notify_user_id=self.notify_user_id)


class RenewalDecisionBody(Body):
    """The one decision about a renewal."""

    decision: Literal["confirm", "request_cancellation"]
    reason: Paragraph | None = None

    @property
    def status(self) -> RenewalStatus:
        return next(status for status, word in _DECISIONS.items() if word == self.decision)


class DigestBody(Body):
    """Whether the caller wants the weekly digest of this partner's renewals."""

    weekly: StrictBool


class DigestAnswer(Answer):
    """Whether the caller gets the weekly digest of this partner's renewals."""

    weekly: bool


class RenewalSettingsAnswer(Answer):
    """Who talks to clients about renewals. Until somebody chooses a user, the first admin by name is told."""

    owner: Owner
    notify_user_id: str | None

    @classmethod
    def of(cls, choice: OwnerChoice) -> Self:
        return cls(owner=choice.owner, notify_user_id=choice.notify_user_id)


class RenewalDefaultAnswer(RenewalSettingsAnswer):
    """The default, and whether mail reaches the user whom it names."""

    flags: Flags

    @classmethod
    def of_settings(cls, settings: RenewalSettings) -> Self:
        choice = settings.choice
        return cls(owner=choice.owner, notify_user_id=choice.notify_user_id, flags=settings.flags_of(None))


class RenewalOwnerAnswer(Answer):
    """Who talks to one client about its renewals, and where that comes from."""

    owner: Literal["default", "vendor", "partner"]
    notify_user_id: Annotated[str | None, Field(description="As chosen for this client; null for the default.")]
    effective_owner: Owner
    effective_notify_user_id: Annotated[
        str | None,
        Field(
            description="Who is mailed or copied: the chosen user or, where that one has left or cannot be mailed, the "
            "first admin by name who can."
        ),
    ]
    owner_source: Literal["default", "client"]
    current_default: RenewalSettingsAnswer
    responsible: Annotated[
        bool,
        Field(
            description="Whether this partner decides about the client's renewals and its settings say who is mailed: "
            "of the partners that manage a client, or else sold to it, the first."
        ),
    ]

    @classmethod
    def of(cls, owner: OwnerInForce) -> Self:
        return cls(
            owner=owner.own.owner.value if owner.own else DEFAULT,
            notify_user_id=owner.own.notify_user_id if owner.own else None,
            effective_owner=owner.effective.owner,
            effective_notify_user_id=owner.notified,
            owner_source="client" if owner.own else DEFAULT,
            current_default=RenewalSettingsAnswer.of(owner.default),
            responsible=owner.responsible,
        )


class RenewalManagerAnswer(Answer):
    """Who of the vendor handles a renewal."""

    name: str
    email: str


class DecisionMakerAnswer(Answer):
    """Whom the client has named in its own portal."""

    name: str
    email: str
    language: Language

    @classmethod
    def of(cls, maker: DecisionMaker) -> Self:
        return cls(name=maker.name, email=maker.email, language=maker.language)


class RenewalAnswer(Answer):
    """An upcoming renewal. `days_left` counts from today where the partner is until the day it starts."""

    id: str
    client_id: str
    company: str
    products: list[str]
    owner: Annotated[Owner, Field(description="Who talks to the client about it, after all settings.")]
    renewal_manager: RenewalManagerAnswer | None
    current_mrr: MoneyAnswer
    renewal_mrr: MoneyAnswer
    mrr_change: MoneyAnswer
    starts_on: date
    decision_deadline: Annotated[date, Field(description="The last day on which a decision is taken.")]
    days_left: int
    status: RenewalStatus
    flags: Flags
    responsible: Annotated[
        bool,
        Field(
            description="Whether this partner decides about the client's renewals and its settings say who is mailed: "
            "of the partners that manage a client, or else sold to it, the first."
        ),
    ]

    @classmethod
    def of(cls, row: RenewalRow, *, settings: RenewalSettings, today: date, program: Program) -> Self:
        manager = row.renewal_manager
        return cls(
            id=renewal_id(row.subscription_id),
            client_id=client_id(row.hub_id),
            company=row.company,
            products=[row.product],
            owner=(row.owner or settings.choice).owner,
            renewal_manager=RenewalManagerAnswer(**manager) if manager else None,
            current_mrr=MoneyAnswer.of(row.current_mrr),
            renewal_mrr=MoneyAnswer.of(row.renewal_mrr),
            mrr_change=MoneyAnswer.of(
                difference(row.renewal_mrr, row.current_mrr, one_hundred=program.points.one_hundred)
            ),
            starts_on=row.starts_on,
            decision_deadline=decision_deadline(row.starts_on, program.renewals),
            days_left=days_left(row.starts_on, today),
            status=row.status,
            flags=[*row.flags, *settings.flags_of(row.owner)],
            responsible=row.responsible,
        )


class CurrentSubscriptionAnswer(Answer):
    """What the client pays for now, a month."""

    mrr: MoneyAnswer
    started_on: date


class RenewalSubscriptionAnswer(Answer):
    """What the client pays for once it is renewed, a month; `term_months` is null where the vendor has not said."""

    mrr: MoneyAnswer
    term_months: int | None
    starts_on: date


class RenewalDecisionAnswer(Answer):
    """What was decided; who of a partner decided and why is shown to that partner alone."""

    decision: Literal["confirm", "request_cancellation"]
    reason: Annotated[str | None, Field(description="Null without one, and where another partner decided.")]
    decided_by: Annotated[str | None, Field(description="The user; null where another partner decided.")]
    decided_at: Instant


class ClientSubscriptionAnswer(Answer):
    """A subscription as it is and as it will be; the last four and `renewal` are null where no renewal is known."""

    id: str
    product: str
    edition: str
    renewal_manager: RenewalManagerAnswer | None
    current: CurrentSubscriptionAnswer
    renewal: RenewalSubscriptionAnswer | None
    decision_deadline: date | None
    days_left: int | None
    status: RenewalStatus | None
    decision: RenewalDecisionAnswer | None

    @classmethod
    def of(cls, one: Subscription, *, partner_id: str, today: date, program: Program) -> Self:
        day, manager = one.renews_on, one.renewal_manager
        decision = one.state.decision if day else None
        return cls(
            id=renewal_id(one.subscription_id),
            product=one.product,
            edition=one.edition,
            renewal_manager=RenewalManagerAnswer(name=manager.name, email=manager.email) if manager else None,
            current=CurrentSubscriptionAnswer(mrr=MoneyAnswer.of(one.mrr), started_on=one.started_on),
            renewal=RenewalSubscriptionAnswer(
                mrr=MoneyAnswer.of(one.renewal_mrr),
                term_months=one.renewal.term_months if one.renewal else None,
                starts_on=day,
            )
            if day
            else None,
            decision_deadline=decision_deadline(day, program.renewals) if day else None,
            days_left=days_left(day, today) if day else None,
            status=one.state.status if day else None,
            decision=_decision(one.state.status, decision, partner_id=partner_id) if decision else None,
        )


class ClientRenewalsAnswer(RenewalOwnerAnswer):
    """Everything about a client's renewals: who talks to whom, and each subscription as it is and as it will be."""

    client_id: str
    company: str
    decision_maker: DecisionMakerAnswer | None
    renewal_managers: list[RenewalManagerAnswer]
    flags: Flags
    subscriptions: list[ClientSubscriptionAnswer]

    @classmethod
    def of_client(cls, client: Client, owner: OwnerInForce, *, partner_id: str, today: date, program: Program) -> Self:
        maker = client.profile.decision_maker
        ordered = sorted(
            client.subscriptions.values(), key=lambda one: (one.renews_on or date.max, one.subscription_id)
        )
        managers = dict.fromkeys(one.renewal_manager for one in ordered if one.renewal_manager)
        return cls(
            **RenewalOwnerAnswer.of(owner).model_dump(),
            client_id=client.client_id,
            company=client.profile.company,
            decision_maker=DecisionMakerAnswer.of(maker) if maker else None,
            renewal_managers=[RenewalManagerAnswer(name=one.name, email=one.email) for one in managers],
            flags=owner.flags,
            subscriptions=[
                ClientSubscriptionAnswer.of(one, partner_id=partner_id, today=today, program=program) for one in ordered
            ],
        )


def _decision(status: RenewalStatus, decision: RenewalDecision, *, partner_id: str) -> RenewalDecisionAnswer:
    is_own = decision.partner_id == partner_id
    return RenewalDecisionAnswer.model_validate(
        {
            "decision": _DECISIONS[status],
            "reason": decision.reason if is_own else None,
            "decided_by": decision.decided_by if is_own else None,
            "decided_at": decision.decided_at,
        }
    )
