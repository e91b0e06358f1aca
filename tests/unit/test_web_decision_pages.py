import re

import pytest
from msgspec.structs import replace

from functions.confirmations.customer_page import (
    Action,
    Problem,
    TypedForm,
    render_certificate,
    render_check,
    render_decision,
    render_not_found,
    render_question,
)
from shared.domain.links import Decision
from shared.table.chain import Proof, ProofState
from tests.browser.examples import PAGES
from tests.confirmation_examples import (
    CHECK_URL,
    LIMITS,
    PAGE_PATH,
    REJECTED,
    SEAL,
    SEALED,
    SIGNED,
    confirmation_request,
    terms,
)
from tests.reading import Reading

OWN_ADDRESSES = r"/(static|c|reference)\b|/openapi\.json$|#|https://partners\.contoso\.example/c/"
HOSTILE = '"><script>alert(1)</script>{{ 7 * 7 }}%(partner)s'


@pytest.mark.feature("A80")
def test_a_signed_page_shows_who_signed_when_and_what_and_no_form() -> None:
    page = Reading(
        render_decision(request=confirmation_request(), decision=SIGNED, certificate_path=f"{PAGE_PATH}/certificate")
    )
    assert page.text.startswith(
        "Confirmed Vendor Software Partner program Confirmed "
        "Jonas Müller confirmed on January 14, 2026, 10:05 AM (Berlin time; 09:05 UTC). "
        "Nordwind Beratung GmbH has been told, and there is nothing more for you to do. "
        "The address of this page keeps showing the outcome. Certificate to print or save What was confirmed "
        "For Müller & Söhne AG"
    )
    assert page.all("a") == [{"href": f"{PAGE_PATH}/certificate"}]
    assert page.all("form", "input", "button") == []


@pytest.mark.feature("A81")
def test_a_rejected_page_shows_the_reason_as_it_was_typed() -> None:
    rendered = render_decision(request=confirmation_request(), decision=REJECTED)
    page = Reading(rendered)
    assert "Jonas Müller rejected on January 14, 2026, 10:05 AM (Berlin time; 09:05 UTC). Reason" in page.text
    assert REJECTED.reason in page.texts
    assert "Certificate" not in page.text


@pytest.mark.parametrize(
    ("decision", "not_recorded", "said"),
    [
        (REJECTED, Action.SIGN, "Your confirmation was not recorded. This had already been rejected, and"),
        (SIGNED, Action.REJECT, "Your rejection was not recorded. This had already been confirmed, and"),
    ],
)
def test_whoever_is_too_late_is_told_so_and_sees_the_decision_that_stands(
    decision: Decision, not_recorded: Action, said: str
) -> None:
    page = Reading(render_decision(request=confirmation_request(), decision=decision, not_recorded=not_recorded))
    assert said in page.text
    assert "Jonas Müller" in page.text
    assert page.all("form") == []


def test_the_certificate_says_who_what_when_under_which_name_and_how_to_prove_it() -> None:
    page = Reading(render_certificate(decision=REJECTED, link_id="l-1", proof=SEALED, check_url=CHECK_URL))
    assert page.text == (
        "Certificate of decision: Müller & Söhne AG "
        "Vendor Software Partner program Certificate of decision "
        "Jonas Müller rejected for Müller & Söhne AG the statement that Nordwind Beratung GmbH took part in selling or "
        "supporting the software listed here. "
        "Decision Outcome Rejected Name as typed Jonas Müller "
        "Decided at January 14, 2026, 10:05 AM (Berlin time; 09:05 UTC) "
        "Reason Das Onboarding macht inzwischen unser eigenes Team. Bitte nehmen Sie den Sales Hub heraus. "
        "Statement For Müller & Söhne AG Contact Jonas Müller, jonas@mueller.example "
        "Asked by Karla Vogt, Nordwind Beratung GmbH "
        "Products Marketing Hub Professional Technical consulting, provided by Nordwind Beratung GmbH "
        "Sales Hub Starter No onboarding Onboarding takes 2 months "
        "Proof Link l-1 "
        "Sent to jonas@mueller.example, January 12, 2026, 9:30 AM (Berlin time; 08:30 UTC) "
        "Page opened at January 14, 2026, 10:01 AM (Berlin time; 09:01 UTC) "
        "Decided at (UTC) 2026-01-14T09:05:00.000000Z "
        f"Digest of the terms (SHA-256) {terms().digest} "
        f"Audit entry {SEAL.entry_id} Place in the chain {SEAL.position} "
        f"Hash of the entry (SHA-256) {SEAL.entry_hash} Hash before it {SEAL.previous_hash} "
        "Everything on this page is in the sealed audit entry. Every entry of the audit trail holds the hash of the "
        "one before it. Whoever changes, removes or swaps an entry breaks the chain from there on. "
        f"Whoever has this certificate can compare it with the chain at this address: {CHECK_URL} "
        "The digest of the terms is the SHA-256 of this text in UTF-8, on one line and without a line break at its "
        "end: "
        f"{terms().text} "
        "Issued by the partner program of Contoso Software."
    )


def test_a_certificate_whose_entry_is_not_sealed_yet_says_so() -> None:
    page = Reading(render_certificate(decision=SIGNED, link_id="l-1", proof=Proof(ProofState.WAITING), check_url=None))
    assert "The audit entry of this decision is not sealed yet." in page.text
    assert "Hash" not in page.text
    assert page.all("a") == []


@pytest.mark.parametrize(
    ("proof", "is_another", "said"),
    [
        (SEALED, False, "The chain holds this decision unchanged."),
        (SEALED, True, "The chain holds another entry for this decision than the certificate names."),
        (Proof(ProofState.WAITING), False, "The audit entry of this decision is not sealed yet."),
        (Proof(ProofState.BROKEN), False, "The certificate does not hold. The audit entry of this decision"),
    ],
)
def test_the_check_says_what_the_chain_says(proof: Proof, said: str, *, is_another: bool) -> None:
    decision = None if proof.state is ProofState.BROKEN else SIGNED
    page = Reading(
        render_check(decision=decision, link_id="l-1", proof=proof, compares_nothing=False, is_another=is_another)
    )
    assert said in page.text
    assert (terms().digest in page.text) == (decision is not None)
    assert (SEAL.entry_hash in page.text) == (proof is SEALED)


def test_a_link_that_does_not_work_answers_the_same_bytes_in_both_languages() -> None:
    assert render_not_found() == render_not_found()
    page = Reading(render_not_found())
    assert page.all("html", "section") == [{"lang": "en"}, {"lang": "de", "aria-labelledby": "de"}]
    assert "This link does not work It may be incomplete, or it has expired or been withdrawn." in page.text
    assert "Dieser Link funktioniert nicht Er ist vielleicht unvollständig, abgelaufen oder zurückgezogen" in page.text


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_script_inline_style_or_anything_from_elsewhere(path: str) -> None:
    page = Reading(PAGES[path]())
    assert page.all("script", "style", "iframe", "img", "object", "base") == []
    for tag, attributes in page.elements:
        assert not any(name == "style" or name.startswith("on") for name in attributes), tag
        for name in ("href", "src", "action"):
            assert re.match(OWN_ADDRESSES, attributes.get(name) or "#"), tag


def test_whatever_a_person_typed_stays_text() -> None:
    hostile = replace(
        terms(),
        vendor=HOSTILE,
        partner=HOSTILE,
        asked_by=HOSTILE,
        company=HOSTILE,
        contact_name=HOSTILE,
        contact_email=HOSTILE,
    )
    request = confirmation_request(asked=hostile)
    decision = replace(REJECTED, signer_name=HOSTILE, reason=HOSTILE, terms=hostile)
    typed = TypedForm(
        action=Action.REJECT, signer_name=HOSTILE, reason=HOSTILE, problems={"signer_name": Problem.TOO_LONG}
    )
    for rendered in (
        render_question(request=request, page_path=PAGE_PATH, limits=LIMITS, typed=typed),
        render_decision(request=request, decision=decision, not_recorded=Action.SIGN),
        render_certificate(decision=decision, link_id="l-1", proof=SEALED, check_url=CHECK_URL),
        render_check(decision=decision, link_id="l-1", proof=SEALED, compares_nothing=False, is_another=False),
    ):
        page = Reading(rendered)
        assert page.all("script") == []
        assert HOSTILE in page.text
        assert "49" not in page.text
