"""Two partners on the running stack, the people who drive its routes, and what a drive needs to be there."""

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.system.conftest import Answer, Stack
from tests.system.drives import bodies
from tests.system.test_outbox import eventually, mails_to

OPERATOR = "olivia@vendor.example"
PASSWORD = "Only-for-drives-1!"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who calls the API; nobody in particular without a token."""

    stack: Stack
    token: str | None = None

    def get(self, path: str, **headers: str) -> Answer:
        return self.stack.call("GET", path, token=self.token, headers=_named(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.stack.call("POST", path, token=self.token, body=body, headers=_named(headers))

    def put(self, path: str, body: Any, **headers: str) -> Answer:
        return self.stack.call("PUT", path, token=self.token, body=body, headers=_named(headers))

    def patch(self, path: str, body: Any, **headers: str) -> Answer:
        return self.stack.call("PATCH", path, token=self.token, body=body, headers=_named(headers))

    def delete(self, path: str, **headers: str) -> Answer:
        return self.stack.call("DELETE", path, token=self.token, headers=_named(headers))

    def send_form(self, path: str, **fields: str) -> Answer:
        return self.stack.call("POST", path, content=urlencode(fields).encode(), headers=FORM)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    """`if_match` as `If-Match`."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True, kw_only=True)
class World:
    """Partner p-drive with an admin and a member, p-rival with an admin, and the vendor's operator."""

    stack: Stack
    admin: Person
    member: Person
    rival: Person
    operator: Person
    anybody: Person
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def number(self) -> int:
        return next(self.numbers)

    def registered(self) -> str:
        """A domain that p-drive has registered."""
        domain = f"lead-{self.number()}.example"
        return str(made(self.admin.post("/v1/registrations", bodies.lead(domain)), 201)["registered_domain"])

    def link(self) -> str:
        """The id of a pending link."""
        return str(made(self.admin.post("/v1/confirmation-links", bodies.link(self.number())), 201)["id"])

    def page_of(self, link_id: str) -> str:
        """The path of the link's page."""
        url: str = made(self.admin.get(f"/v1/confirmation-links/{link_id}"))["url"]
        return urlsplit(url).path

    def signed(self) -> str:
        """The id of a link that its customer has signed."""
        link_id = self.link()
        page = self.page_of(link_id)
        made(self.anybody.send_form(f"{page}/sign", signer_name="Nora Falk", **self.hidden_fields(page)), 303)
        return link_id

    def hidden_fields(self, page: str) -> dict[str, str]:
        """What the page's first form sends beside what people type."""
        form = re.search(r"<form.*?</form>", made(self.anybody.get(page)), re.DOTALL)
        assert form is not None
        tags = [tag for tag in re.findall(r"<input[^>]*>", form[0]) if 'type="hidden"' in tag]
        return {_attribute(tag, "name"): _attribute(tag, "value") for tag in tags}

    def user(self) -> str:
        """The id of another user of p-drive."""
        number = self.number()
        user_id = f"u-drive-{number}"
        body = {"email": f"user-{number}@drive.example", "name": f"User {number}", "role": "partner_member"}
        made(self.operator.put(f"/v1/vendor/partners/p-drive/users/{user_id}", body), 201)
        return user_id

    def invited(self) -> Person:
        """Somebody of p-rival whom p-drive has invited."""
        name = f"invited-{self.number()}"
        person = _sign_in(self.stack, self.operator, "rival", name, "partner_member")
        body = {"email": f"{name}@rival.example", "name": name.title(), "role": "partner_member"}
        assert made(self.admin.post("/v1/users", body), 201)["status"] == "invited"
        return person

    def employee(self) -> str:
        """The id of a user who is marked as partner employee."""
        user_id = self.user()
        made(self.admin.put(f"/v1/users/{user_id}/partner-employee", {"enabled": True}))
        return user_id

    def hub(self, *partners: str, relationship: str = "sold_and_managed") -> str:
        """The hub id of a client that the partners (p-drive, if none is named) serve."""
        hub_id = str(9_000 + self.number())
        made(self.operator.put(f"/v1/vendor/clients/{hub_id}", bodies.client(hub_id)), 201)
        for partner_id in partners or ("p-drive",):
            path = f"/v1/vendor/clients/{hub_id}/partners/{partner_id}"
            made(self.operator.put(path, {"relationship": relationship}), 201)
        return hub_id

    def subscription(self, hub_id: str) -> str:
        """The id of a subscription that renews in 100 days."""
        subscription_id = f"s-drive-{self.number()}"
        made(self.operator.put(f"/v1/vendor/subscriptions/{subscription_id}", bodies.subscription(hub_id)), 201)
        return subscription_id

    def assignment(self) -> tuple[str, str]:
        """An employee and the hub id of a client that is assigned to that one."""
        user_id, hub_id = self.employee(), self.hub()
        path = f"/v1/employees/{user_id}/clients"
        made(self.admin.post(path, {"clients": [{"hub_id": hub_id}]}))
        return user_id, hub_id

    def transfer(self) -> str:
        """The id of a request to p-drive to let go of an address that both partners have listed at one client."""
        user_id, hub_id = self.shared_employee()
        path = f"/v1/employees/{user_id}/clients/c-{hub_id}/transfer-request"
        return str(made(self.rival.post(path), 201)["id"])

    def shared_employee(self) -> tuple[str, str]:
        """Somebody who works for both partners, listed by p-drive first at the client whose hub id comes second."""
        number = self.number()
        user_id, hub_id = f"u-both-{number}", self.hub("p-drive", "p-rival")
        body = {"email": f"both-{number}@freelance.example", "name": f"Both {number}", "role": "partner_member"}
        for partner_id, admin in (("p-drive", self.admin), ("p-rival", self.rival)):
            made(self.operator.put(f"/v1/vendor/partners/{partner_id}/users/{user_id}", body), 201)
            made(admin.put(f"/v1/users/{user_id}/partner-employee", {"enabled": True}))
            made(admin.post(f"/v1/employees/{user_id}/clients", {"clients": [{"hub_id": hub_id}]}))
        return user_id, hub_id

    def suppressed(self, email: str | None = None) -> str:
        """An address whose mailbox has bounced, as the mail service reports it."""
        email = email or f"bounced-{self.number()}@drive.example"
        event = {
            "eventType": "Bounce",
            "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": email}]},
            "mail": {"tags": {"notice_id": ["n-of-no-mail"]}},
        }
        record = {"Sns": {"MessageId": "m-1", "Message": json.dumps(event)}}
        self.invoke("MailFeedbackFunction", {"Records": [record]})
        return email

    def invoke(self, function: str, event: dict[str, Any]) -> None:
        """Run the function whose name in the template this is."""
        functions = self.stack.aws("lambda")
        [name] = [
            one["FunctionName"]
            for one in functions.list_functions(MaxItems=100)["Functions"]
            if f"-{function}-" in one["FunctionName"]
        ]
        answer = functions.invoke(FunctionName=name, Payload=json.dumps(event))
        assert "FunctionError" not in answer, answer["Payload"].read()

    def address_in_mail(self, to: str, pattern: str) -> str:
        """The path of this pattern that a mail to that person names last."""
        return eventually(lambda: _last_address(mails_to(self.stack, to), pattern))


def _last_address(mails: list[dict[str, Any]], pattern: str) -> str | None:
    found = [one for mail in mails for one in re.findall(rf"https?://\S+?({pattern})(?=\s)", mail["BodyText"])]
    return found[-1] if found else None


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', tag)
    assert found is not None, tag
    return found[1]


def made(answer: Answer, *statuses: int) -> Any:
    """The body of an answer that had to succeed on the way to a drive."""
    assert answer.status in (statuses or (200,)), (answer.status, answer.body)
    return answer.body


def set_up(stack: Stack) -> World:
    """The partners and their people, made as an operator makes them."""
    operator = Person(stack=stack, token=stack.token(OPERATOR))
    for word in ("drive", "rival"):
        made(operator.put(f"/v1/vendor/partners/p-{word}", bodies.partner(word)), 201)
    return World(
        stack=stack,
        admin=_sign_in(stack, operator, "drive", "admin", "partner_admin"),
        member=_sign_in(stack, operator, "drive", "member", "partner_member"),
        rival=_sign_in(stack, operator, "rival", "rival", "partner_admin"),
        operator=operator,
        anybody=Person(stack=stack),
    )


def _sign_in(stack: Stack, operator: Person, partner: str, name: str, role: str) -> Person:
    email = f"{name}@{partner}.example"
    path = f"/v1/vendor/partners/p-{partner}/users/u-{partner}-{name}"
    made(operator.put(path, {"email": email, "name": name.title(), "role": role}), 201)
    pool = stack.aws("cognito-idp")
    pool.admin_set_user_password(
        UserPoolId=stack.description["user_pool_id"], Username=email, Password=PASSWORD, Permanent=True
    )
    answer = pool.initiate_auth(
        ClientId=stack.description["user_pool_client_id"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
    )
    return Person(stack=stack, token=answer["AuthenticationResult"]["AccessToken"])
