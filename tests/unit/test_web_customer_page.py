import pytest
from msgspec.structs import replace

from functions.confirmations.customer_page import (
    Action,
    PreviewOf,
    Problem,
    TypedForm,
    render_preview,
    render_question,
)
from shared.domain.languages import Language
from shared.domain.links import Decision
from tests.confirmation_examples import (
    LIMITS,
    PAGE_PATH,
    REJECTED,
    SIGNED,
    confirmation_request,
    provider_terms,
    terms,
)
from tests.reading import Reading

OUTCOMES = {PreviewOf.SIGNED: "Confirmed", PreviewOf.REJECTED: "Rejected"}


def question(language: Language = Language.ENGLISH, typed: TypedForm | None = None) -> Reading:
    return Reading(
        render_question(request=confirmation_request(language), page_path=PAGE_PATH, limits=LIMITS, typed=typed)
    )


@pytest.mark.feature("A66", "A68", "A71", "A72")
def test_the_page_says_who_asks_what_is_confirmed_and_what_happens_next() -> None:
    page = question()
    assert page.text == (
        "Nordwind Beratung GmbH asks for your confirmation "
        "Vendor Software Partner program "
        "Nordwind Beratung GmbH asks for your confirmation "
        "Nordwind Beratung GmbH is a partner of Contoso Software and states that it took part in selling or supporting "
        "the software listed below for Müller & Söhne AG. Please confirm this, or reject it if it is not right. "
        "What you confirm "
        "For Müller & Söhne AG Contact Jonas Müller, jonas@mueller.example "
        "Asked by Karla Vogt, Nordwind Beratung GmbH "
        "Products Marketing Hub Professional Technical consulting, provided by Nordwind Beratung GmbH "
        "Sales Hub Starter No onboarding Onboarding takes 2 months "
        "I confirm the statement above for Müller & Söhne AG. Your full name Confirm "
        "I do not confirm the statement above for Müller & Söhne AG. Your full name Reason "
        "Nordwind Beratung GmbH reads it. At most 500 characters. Reject "
        "What happens next "
        "Nordwind Beratung GmbH learns your decision and the name you type, and you receive a receipt by email. "
        "You decide once. A decision cannot be changed afterwards. "
        "Confirming orders nothing and changes no contract. "
        "Please decide before April 1, 2026. From that day on the link stops working. "
        "Sent to you by Nordwind Beratung GmbH through the partner program of Contoso Software. "
        "This page sets no cookies and runs no scripts."
    )


def test_the_page_says_the_same_in_german() -> None:
    page = question(Language.GERMAN)
    assert page.all("html") == [{"lang": "de"}]
    assert page.text == (
        "Nordwind Beratung GmbH bittet um Ihre Bestätigung "
        "Vendor Software Partnerprogramm "
        "Nordwind Beratung GmbH bittet um Ihre Bestätigung "
        "Nordwind Beratung GmbH ist Partner von Contoso Software und gibt an, am Verkauf oder an der Betreuung der "
        "unten aufgeführten Software für Müller & Söhne AG beteiligt zu sein. Bitte bestätigen Sie das, oder lehnen "
        "Sie ab, wenn es nicht zutrifft. "
        "Was Sie bestätigen "
        "Für Müller & Söhne AG Ansprechperson Jonas Müller, jonas@mueller.example "
        "Angefragt von Karla Vogt, Nordwind Beratung GmbH "
        "Produkte Marketing Hub Professional Technische Beratung durch Nordwind Beratung GmbH "
        "Sales Hub Starter Kein Onboarding Das Onboarding dauert 2 Monate "
        "Ich bestätige die obigen Angaben für Müller & Söhne AG. Ihr vollständiger Name Bestätigen "
        "Ich bestätige die obigen Angaben für Müller & Söhne AG nicht. Ihr vollständiger Name Grund "
        "Nordwind Beratung GmbH kann ihn lesen. Höchstens 500 Zeichen. Ablehnen "
        "Wie es weitergeht "
        "Nordwind Beratung GmbH erfährt Ihre Entscheidung und den Namen, den Sie eingeben. Sie selbst erhalten einen "
        "Beleg per E-Mail. "
        "Sie entscheiden einmal. Danach lässt sich die Entscheidung nicht mehr ändern. "
        "Mit Ihrer Bestätigung bestellen Sie nichts und ändern keinen Vertrag. "
        "Bitte entscheiden Sie vor dem 1. April 2026. Ab diesem Tag funktioniert der Link nicht mehr. "
        "Gesendet von Nordwind Beratung GmbH über das Partnerprogramm von Contoso Software. "
        "Diese Seite setzt keine Cookies und führt keine Skripte aus."
    )


def test_the_forms_post_the_typed_name_and_the_reason() -> None:
    page = question()
    assert [(form["method"], form["action"]) for form in page.all("form")] == [
        ("post", f"{PAGE_PATH}/sign"),
        ("post", f"{PAGE_PATH}/reject"),
    ]
    hidden = [
        {"type": "hidden", "name": "terms", "value": terms().digest},
        {"type": "hidden", "name": "opened", "value": ""},
    ]
    assert page.all("input", "textarea") == [
        *hidden,
        {
            "id": "sign-signer_name",
            "name": "signer_name",
            "type": "text",
            "value": "",
            "required": None,
            "maxlength": "120",
            "autocomplete": "name",
        },
        *hidden,
        {
            "id": "reject-signer_name",
            "name": "signer_name",
            "type": "text",
            "value": "",
            "required": None,
            "maxlength": "120",
            "autocomplete": "name",
        },
        {
            "id": "reject-reason",
            "name": "reason",
            "rows": "3",
            "required": None,
            "maxlength": "500",
            "aria-describedby": "reject-reason-hint",
        },
    ]


@pytest.mark.feature("A70")
def test_the_link_of_a_solutions_provider_says_nothing_of_onboarding() -> None:
    provider = confirmation_request(asked=provider_terms())
    page = Reading(render_question(request=provider, page_path=PAGE_PATH, limits=LIMITS))
    assert "Products Marketing Hub Professional Sales Hub Starter I confirm the statement above" in page.text
    assert "nboarding" not in page.text


@pytest.mark.feature("A71")
def test_a_partner_that_leaves_the_onboarding_to_others_says_so() -> None:
    request = confirmation_request(asked=replace(terms(), providing_onboarding=False, onboarding_duration=None))
    page = Reading(render_question(request=request, page_path=PAGE_PATH, limits=LIMITS))
    assert "Technical consulting, not provided by Nordwind Beratung GmbH Sales Hub Starter No onboarding I" in page.text


def test_a_failed_form_keeps_what_was_typed_and_says_what_to_correct() -> None:
    typed = TypedForm(
        action=Action.REJECT,
        signer_name="Jonas Müller",
        reason="\n first line\nsecond",
        problems={"reason": Problem.TOO_LONG},
    )
    page = question(typed=typed)
    assert page.text.startswith(
        "Not sent yet: Nordwind Beratung GmbH asks for your confirmation Vendor Software Partner program "
        "Nothing was sent yet. Please correct this: The reason has at most 500 characters. "
    )
    assert page.all("a") == [{"href": "#reject-reason"}]
    _, _, sign, _, _, reject, reason = page.all("input", "textarea")
    assert (sign["value"], reject["value"]) == ("", "Jonas Müller")
    assert (reason["aria-invalid"], reason["aria-describedby"]) == ("true", "reject-reason-hint reject-reason-problem")
    assert "aria-invalid" not in sign
    assert "aria-invalid" not in reject
    # A browser drops the line break right after the tag; what was typed comes after it, its own line break included.
    assert "\n\n first line\nsecond" in page.texts


@pytest.mark.parametrize(
    ("field", "problem", "said"),
    [
        ("signer_name", Problem.MISSING, "Bitte geben Sie Ihren vollständigen Namen ein."),
        ("signer_name", Problem.TOO_LONG, "Der Name darf höchstens 120 Zeichen lang sein."),
        (
            "signer_name",
            Problem.UNREADABLE,
            "Bitte geben Sie den Namen in gewöhnlichen Buchstaben und in einer Zeile ein.",
        ),
        ("reason", Problem.MISSING, "Bitte geben Sie den Grund ein."),
        ("reason", Problem.TOO_LONG, "Der Grund darf höchstens 500 Zeichen lang sein."),
        ("reason", Problem.UNREADABLE, "Bitte geben Sie den Grund als einfachen Text ein."),
    ],
)
def test_every_problem_is_named_in_the_summary_and_at_its_field(field: str, problem: Problem, said: str) -> None:
    typed = TypedForm(action=Action.REJECT, signer_name="", reason="", problems={field: problem})
    assert question(Language.GERMAN, typed).text.count(said) == 2


@pytest.mark.feature("A73", "A83")
@pytest.mark.parametrize(
    ("preview_of", "said"),
    [
        (PreviewOf.DRAFT, "The customer will see this page. Nothing is stored or sent yet."),
        (PreviewOf.PENDING, "The customer sees this page. Only the customer can decide here."),
        (PreviewOf.EXPIRED, "This link has expired: the customer now sees that it does not work."),
        (PreviewOf.REVOKED, "This link was revoked: the customer now sees that it does not work."),
    ],
)
def test_a_preview_shows_the_question_with_its_actions_disabled(preview_of: PreviewOf, said: str) -> None:
    request = replace(confirmation_request(), expires_at=None)
    page = Reading(render_preview(request=request, preview_of=preview_of, decision=None, limits=LIMITS))
    assert f"Preview. {said}" in page.text
    assert "Please decide before" not in page.text
    assert all("disabled" in control for control in page.all("input", "textarea", "button"))
    assert all("action" not in form for form in page.all("form"))


@pytest.mark.feature("A83")
@pytest.mark.parametrize(("preview_of", "decision"), [(PreviewOf.SIGNED, SIGNED), (PreviewOf.REJECTED, REJECTED)])
def test_a_preview_of_a_decided_link_shows_the_outcome(preview_of: PreviewOf, decision: Decision) -> None:
    request = confirmation_request()
    page = Reading(render_preview(request=request, preview_of=preview_of, decision=decision, limits=LIMITS))
    assert f"Preview. The customer sees this page. {OUTCOMES[preview_of]} " in page.text
    assert page.all("form", "a") == []
