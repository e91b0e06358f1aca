"""What the routes about confirmation links take and answer."""

from typing import Annotated, Self

from msgspec.structs import replace
from pydantic import Field, StrictBool, ValidationInfo, field_validator
from pydantic.json_schema import SkipJsonSchema

from functions.confirmations.catalogue import edition_fault, product_fault
from shared.addresses import Email
from shared.domain.languages import Language
from shared.domain.links import Delivery, Link, LinkClient, LinkDraft, LinkProduct, LinkStatus
from shared.http.schemas import UNCHANGED, Answer, Body, Changes, Instant, Matching, or_default
from shared.program import program
from shared.text import Line
from shared.web.labels import product_label

MOST_PRODUCTS = 20
Code = Annotated[
    str,
    Field(min_length=1, max_length=60),
    Matching(r"^[a-z0-9_]+$", "must be a code of small letters, digits and underscores"),
]


PartnersOnly = Annotated[list[str] | SkipJsonSchema[None], Field(exclude_if=lambda codes: codes is None)]
"""Codes that solutions partners choose from; absent for solutions providers."""


def _unless(fault: str | None, value: str) -> str:
    if fault:
        raise ValueError(fault)
    return value


class LinkClientBody(Body):
    """Whom the customer's page addresses."""

    company: Line
    contact_name: Line
    email: Email
    language: Annotated[Language, or_default(Language.ENGLISH)] = Language.ENGLISH

    def to_client(self) -> LinkClient:
        return LinkClient(**self.model_dump())


class LinkProductBody(Body):
    """Codes of `GET /v1/products`."""

    product: Code
    edition: Code
    onboarding_type: Code | None = None

    @field_validator("product")
    @classmethod
    def _sold(cls, product: str) -> str:
        """Checked here too, so that it is told together with whatever else is wrong with the link."""
        return _unless(product_fault(product, program().confirmation_links), product)

    @field_validator("edition")
    @classmethod
    def _of_the_product(cls, edition: str, info: ValidationInfo) -> str:
        return _unless(edition_fault(info.data.get("product", ""), edition, program().confirmation_links), edition)


class LinkBody(Body):
    """What the customer is asked to confirm. Links of a solutions provider have no onboarding fields."""

    name: Line
    client: LinkClientBody
    products: Annotated[list[LinkProductBody], Field(min_length=1, max_length=MOST_PRODUCTS)]
    providing_onboarding: StrictBool | None = None
    estimated_onboarding_duration: Code | None = None

    def to_draft(self) -> LinkDraft:
        return _draft(self, self.name)


class LinkPreviewBody(LinkBody):
    """A draft, whose name may still be missing."""

    name: Line | None = None  # type: ignore[assignment] # the one field that a preview can do without

    def to_draft(self) -> LinkDraft:
        return _draft(self, self.name or "-")


class LinkChanges(Changes):
    """What is left out stays as it is; null clears what says how onboarding goes."""

    name: Line = UNCHANGED
    client: LinkClientBody = UNCHANGED
    products: Annotated[list[LinkProductBody], Field(min_length=1, max_length=MOST_PRODUCTS)] = UNCHANGED
    providing_onboarding: StrictBool | None = None
    estimated_onboarding_duration: Code | None = None

    def applied_to(self, draft: LinkDraft) -> LinkDraft:
        """The draft as it is once it is changed."""
        changes = self.sent()
        if "client" in changes:
            changes["client"] = self.client.to_client()
        if "products" in changes:
            changes["products"] = tuple(LinkProduct(**one.model_dump()) for one in self.products)
        return replace(draft, **changes)


class LinkClientAnswer(Answer):
    """Whom the customer's page addresses."""

    company: str
    contact_name: str
    email: str
    language: Language


class LinkProductAnswer(Answer):
    """A product that the customer is asked about."""

    product: str
    edition: str
    onboarding_type: str | None


class LinkAnswer(Answer):
    """A confirmation link. `url` opens the customer's page without a login: whoever has it can decide."""

    id: str
    name: str
    status: LinkStatus
    client: LinkClientAnswer
    products: list[LinkProductAnswer]
    providing_onboarding: bool | None
    estimated_onboarding_duration: str | None
    url: str
    created_at: Instant
    created_by: Annotated[str, Field(description="The id of the user who created the link.")]
    expires_at: Instant
    sent_at: Instant | None
    delivery: Annotated[Delivery | None, Field(description="not_delivered: the last mail did not reach the customer.")]
    decided_at: Instant | None
    signer_name: str | None
    rejection_reason: str | None

    @classmethod
    def of(cls, link: Link, *, status: LinkStatus, url: str) -> Self:
        draft, decision = link.draft, link.decision
        return cls(
            id=link.link_id,
            name=draft.name,
            status=status,
            client=LinkClientAnswer(
                company=draft.client.company,
                contact_name=draft.client.contact_name,
                email=draft.client.email,
                language=draft.client.language,
            ),
            products=[
                LinkProductAnswer(product=one.product, edition=one.edition, onboarding_type=one.onboarding_type)
                for one in draft.products
            ],
            providing_onboarding=draft.providing_onboarding,
            estimated_onboarding_duration=draft.estimated_onboarding_duration,
            url=url,
            created_at=link.created_at,
            created_by=link.created_by,
            expires_at=link.expires_at,
            sent_at=link.sent_at,
            delivery=link.delivery,
            decided_at=decision.decided_at if decision else None,
            signer_name=decision.signer_name if decision else None,
            rejection_reason=decision.reason if decision else None,
        )


class NameAnswer(Answer):
    """What customers read for a product or an edition, by language."""

    en: str
    de: str

    @classmethod
    def of(cls, code: str) -> Self:
        return cls(**{language.value: product_label(code, language=language) for language in Language})


class EditionAnswer(Answer):
    """An edition of a product."""

    edition: str
    name: NameAnswer
    onboarding_required: bool


class ProductAnswer(Answer):
    """A product with its editions."""

    product: str
    name: NameAnswer
    editions: list[EditionAnswer]


class CatalogueAnswer(Answer):
    """What a link can be about. Solutions providers are given no onboarding types and durations."""

    products: list[ProductAnswer]
    onboarding_types: PartnersOnly = None
    estimated_onboarding_durations: PartnersOnly = None


class LinkEventAnswer(Answer):
    """One entry of the link's audit trail; `actor` is a user id, `customer` or `system`."""

    id: str
    at: Instant
    actor: str
    action: str
    request_id: str


def to_products(bodies: list[LinkProductBody]) -> tuple[LinkProduct, ...]:
    return tuple(LinkProduct(**body.model_dump()) for body in bodies)


def _draft(body: LinkBody, name: str) -> LinkDraft:
    return LinkDraft(
        name=name,
        client=body.client.to_client(),
        products=to_products(body.products),
        providing_onboarding=body.providing_onboarding,
        estimated_onboarding_duration=body.estimated_onboarding_duration,
    )
