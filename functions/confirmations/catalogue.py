"""What a link can be about, and whether a draft keeps to it."""

from collections.abc import Iterator

from msgspec.structs import replace

from shared.domain.links import LinkDraft, LinkProduct
from shared.domain.partners import PartnerType
from shared.domain.terms import NO_ONBOARDING
from shared.errors import FieldError, ValidationError
from shared.program import ConfirmationLinks as LinkRules


def requires_onboarding(edition: str, rules: LinkRules) -> bool:
    return edition in rules.onboarding_required


def checked_draft(draft: LinkDraft, *, partner_type: PartnerType, rules: LinkRules) -> LinkDraft:
    """The draft with its defaults filled in, if the program allows it. Raises ValidationError naming every fault."""
    is_provider = partner_type is PartnerType.SOLUTIONS_PROVIDER
    faults = [
        *_product_faults(draft, rules),
        *(_provider_faults(draft) if is_provider else _partner_faults(draft, rules)),
    ]
    if faults:
        raise ValidationError("The link is not one that the program allows; see errors.", errors=faults)
    if is_provider:
        return draft
    products = tuple(replace(one, onboarding_type=one.onboarding_type or NO_ONBOARDING) for one in draft.products)
    return replace(draft, products=products, providing_onboarding=draft.providing_onboarding or False)


def product_fault(product: str, rules: LinkRules) -> str | None:
    return None if product in rules.products else "is not in the catalogue; GET /v1/products lists it"


def edition_fault(product: str, edition: str, rules: LinkRules) -> str | None:
    """Nothing where the product is unknown too, which is fault enough."""
    editions = rules.products.get(product)
    return None if editions is None or edition in editions else f"must be one of {', '.join(editions)}"


def gone_products(draft: LinkDraft, rules: LinkRules) -> list[str]:
    """What of the draft the catalogue does not have: products, and editions with their products."""
    gone = []
    for one in draft.products:
        if one.product not in rules.products:
            gone.append(one.product)
        elif one.edition not in rules.products[one.product]:
            gone.append(f"{one.product} {one.edition}")
    return gone


def _product_faults(draft: LinkDraft, rules: LinkRules) -> Iterator[FieldError]:
    seen: set[str] = set()
    for position, one in enumerate(draft.products):
        where = f"#/products/{position}"
        if fault := product_fault(one.product, rules):
            yield {"pointer": f"{where}/product", "detail": fault}
        elif fault := edition_fault(one.product, one.edition, rules):
            yield {"pointer": f"{where}/edition", "detail": fault}
        if one.product in seen:
            yield {"pointer": f"{where}/product", "detail": "stands there twice"}
        seen.add(one.product)


def _provider_faults(draft: LinkDraft) -> Iterator[FieldError]:
    """Solutions providers are not asked about onboarding, and so cannot answer (A70)."""
    detail = "is not for solutions providers; leave it out"
    for position, one in enumerate(draft.products):
        if one.onboarding_type is not None:
            yield {"pointer": f"#/products/{position}/onboarding_type", "detail": detail}
    if draft.providing_onboarding is not None:
        yield {"pointer": "#/providing_onboarding", "detail": detail}
    if draft.estimated_onboarding_duration is not None:
        yield {"pointer": "#/estimated_onboarding_duration", "detail": detail}


def _partner_faults(draft: LinkDraft, rules: LinkRules) -> Iterator[FieldError]:
    for position, one in enumerate(draft.products):
        detail = _onboarding_fault(one, rules)
        if detail:
            yield {"pointer": f"#/products/{position}/onboarding_type", "detail": detail}
    duration = draft.estimated_onboarding_duration
    if duration is not None and duration not in rules.onboarding_durations:
        allowed = ", ".join(rules.onboarding_durations)
        yield {"pointer": "#/estimated_onboarding_duration", "detail": f"must be one of {allowed}"}


def _onboarding_fault(product: LinkProduct, rules: LinkRules) -> str | None:
    chosen = product.onboarding_type or NO_ONBOARDING
    if chosen not in rules.onboarding_types:
        return f"must be one of {', '.join(rules.onboarding_types)}"
    if chosen == NO_ONBOARDING and requires_onboarding(product.edition, rules):
        offered = ", ".join(kind for kind in rules.onboarding_types if kind != NO_ONBOARDING)
        return f"must be one of {offered}, because {product.edition} requires onboarding"
    return None
