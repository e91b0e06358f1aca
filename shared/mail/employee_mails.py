"""Mails about partner employees: to the employee, to the client, and between partners that list one address."""

from datetime import date

from msgspec import Struct

from shared.domain.assignments import TransferStatus
from shared.domain.languages import Language
from shared.mail.content import Fact, MailContent, step_to
from shared.web.formats import day_text
from shared.web.languages import translations


class EmployeeAssigned(Struct, frozen=True, kw_only=True):
    """The employee has clients to work for; that alone opens no portal (A99)."""

    language: Language
    user_name: str
    partner_name: str
    assigned_by: str
    companies: tuple[str, ...]

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = {"name": self.user_name, "partner": self.partner_name, "admin": self.assigned_by}
        return MailContent(
            language=self.language,
            subject=texts.gettext("Clients assigned to you at %(partner)s") % names,
            summary=texts.gettext("%(admin)s assigned clients to you.") % names,
            greeting=_greeting(self.user_name, language=self.language),
            heading=texts.gettext("You work for new clients"),
            paragraphs=(texts.gettext("%(admin)s assigned these clients of %(partner)s to you.") % names,),
            facts=(Fact(label=texts.gettext("Clients"), values=self.companies),),
            quotation=None,
            step=None,
            closing=(
                texts.gettext(
                    "This gives you no access yet: each client has to add you as a user of its portal. An admin of "
                    "%(partner)s can request that for you."
                )
                % names,
            ),
            why=texts.gettext("You receive this email because you are a user of %(partner)s.") % names,
        )


class AccessRequested(Struct, frozen=True, kw_only=True):
    """The partner asks the client to add its employee to the portal (A100)."""

    language: Language
    contact_name: str
    partner_name: str
    company: str
    vendor_name: str
    employee_name: str
    employee_email: str
    requested_by: str

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = {
            "partner": self.partner_name,
            "company": self.company,
            "vendor": self.vendor_name,
            "sender": self.requested_by,
            "employee": self.employee_name,
        }
        return MailContent(
            language=self.language,
            subject=texts.gettext("%(partner)s asks you to add %(employee)s as a user") % names,
            summary=texts.gettext("For the work of %(partner)s for %(company)s.") % names,
            greeting=_greeting(self.contact_name, language=self.language),
            heading=texts.gettext("Please add %(employee)s as a user") % names,
            paragraphs=(
                texts.gettext(
                    "%(partner)s, a partner of %(vendor)s, works for %(company)s. So that %(employee)s of %(partner)s "
                    "can do that work, %(sender)s asks you to add %(employee)s as a user of your %(vendor)s account. "
                    "You decide: nobody has access until you add the user there yourself."
                )
                % names,
            ),
            facts=(
                Fact(label=texts.gettext("Employee"), values=(self.employee_name,)),
                Fact(label=texts.gettext("E-mail address"), values=(self.employee_email,)),
            ),
            quotation=None,
            step=None,
            closing=(
                texts.gettext(
                    "To check this request, sign in to your %(vendor)s account the way you always do, or reply to this "
                    "email: your reply reaches %(sender)s. We ask you for no password and for no click."
                )
                % names,
            ),
            why=texts.gettext("You receive this email because you are the decision maker of %(company)s at %(vendor)s.")
            % names,
        )


class TransferRequested(Struct, frozen=True, kw_only=True):
    """Another partner asks to let go of an address; `answer_by` is the last day in UTC, `page` where to answer."""

    language: Language
    user_name: str
    company: str
    email: str
    asking_partner_name: str
    asking_user_name: str
    answer_by: date
    page: str

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = {"partner": self.asking_partner_name, "sender": self.asking_user_name, "company": self.company}
        day = day_text(self.answer_by, language=self.language)
        return MailContent(
            language=self.language,
            subject=texts.gettext("%(partner)s asks you to let go of an employee at %(company)s") % names,
            summary=texts.gettext("Accept or decline by %(day)s.") % {"day": day},
            greeting=_greeting(self.user_name, language=self.language),
            heading=texts.gettext("Another partner asks you to let go of an employee"),
            paragraphs=(
                texts.gettext(
                    "%(sender)s of %(partner)s asks you to end the assignment of the e-mail address below to "
                    "%(company)s. You listed it first, so %(partner)s earns no managed credit by it."
                )
                % names,
            ),
            facts=_facts(self.email, self.company, language=self.language),
            quotation=None,
            step=step_to(self.page, label=texts.gettext("Accept or decline"), language=self.language),
            closing=(
                texts.gettext(
                    "If you accept, your employee no longer works for the client and your managed credit for it ends "
                    "at once. If you do nothing by %(day)s, everything stays as it is."
                )
                % {"day": day},
            ),
            why=texts.gettext("You receive this email because you are an admin of your partner account."),
        )


class TransferEnded(Struct, frozen=True, kw_only=True):
    """What became of a request. To those who asked it never says who was asked."""

    language: Language
    user_name: str
    company: str
    email: str
    status: TransferStatus
    asking_partner_name: str | None

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = {"company": self.company, "partner": self.asking_partner_name or ""}
        if self.asking_partner_name:
            outcome = texts.gettext("You did not answer the request of %(partner)s in time. Everything stays as it is.")
        elif self.status is TransferStatus.ACCEPTED:
            outcome = texts.gettext(
                "The other partner has let go. Of those who list the address now, the first earns managed credit."
            )
        elif self.status is TransferStatus.DECLINED:
            outcome = texts.gettext(
                "The other partner keeps the address. Give the employee an address on your own e-mail domain, or use "
                "another address of theirs."
            )
        else:
            outcome = texts.gettext("The other partner did not answer in time. You can ask again.")
        return MailContent(
            language=self.language,
            subject=texts.gettext("Your transfer request for %(company)s") % names
            if self.asking_partner_name is None
            else texts.gettext("Transfer request for %(company)s expired") % names,
            summary=outcome % names,
            greeting=_greeting(self.user_name, language=self.language),
            heading=texts.gettext("The transfer request has ended"),
            paragraphs=(outcome % names,),
            facts=_facts(self.email, self.company, language=self.language),
            quotation=None,
            step=None,
            closing=(),
            why=texts.gettext("You receive this email because your partner account took part in the request."),
        )


def _facts(email: str, company: str, *, language: Language) -> tuple[Fact, ...]:
    texts = translations(language)
    return (
        Fact(label=texts.gettext("E-mail address"), values=(email,)),
        Fact(label=texts.gettext("Client"), values=(company,)),
    )


def _greeting(user_name: str, *, language: Language) -> str:
    return translations(language).gettext("Hello %(name)s,") % {"name": user_name}
