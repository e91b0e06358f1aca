"""Fills a new stack with the example data, through the HTTP API as its users would."""

import hashlib
import http.client
import json
from dataclasses import asdict, dataclass
from typing import Any

from local import example_data
from local.cloud import client
from local.deploy import Deployment
from local.example_clients import CLIENTS, bring_clients
from local.example_data import ExamplePartner
from local.example_deals import report_deals
from local.example_employees import EMPLOYEES, assign_employees, tell_activities
from local.example_invitations import INVITING, invite_people
from local.example_links import make_links
from local.example_renewals import choose_owners
from local.operators import Access, make_operator
from local.place import Place
from local.progress import progress
from shared.clock import utc_now
from shared.ids import new_id
from shared.table.session import TableSession
from shared.table.suppressions import Suppressions

# Kept beside the table in the memory of ministack, so that both are lost together or neither is.
MARK = "/partnerdesk/example-data"
# Answers of the registering batch that a repeated run may get.
REGISTERED = {"registered", "already_registered"}


class ExampleDataRefusedError(Exception):
    """The API did not take the example data; the message holds its answer."""


def example_users() -> list[dict[str, Any]]:
    """One entry for each place in a partner; a person in two of them has two."""
    operator = {
        "email": example_data.OPERATOR_EMAIL,
        "password": example_data.PASSWORD,
        "role": "vendor_operator",
        "partner_id": None,
    }
    return [operator] + [
        {
            "email": user.email,
            "password": example_data.PASSWORD,
            "role": user.role,
            "partner_id": partner.partner_id,
        }
        for partner in example_data.PARTNERS
        for user in partner.users
    ]


def seed_once(place: Place, deployment: Deployment) -> None:
    """Brings the example data to a table that does not have it; writing all of it again would change nothing."""
    parameters = client("ssm", endpoint_url=place.endpoint_url)
    table = client("dynamodb", endpoint_url=place.endpoint_url).describe_table(TableName=deployment.table_name)["Table"]
    data = json.dumps([*map(asdict, example_data.PARTNERS), *map(asdict, CLIENTS)])
    mark = hashlib.sha256(f"{table['TableId']} {data}".encode()).hexdigest()
    try:
        if parameters.get_parameter(Name=MARK)["Parameter"]["Value"] == mark:
            return
    except parameters.exceptions.ParameterNotFound:
        pass
    with progress("Bringing the example data"):
        _seed(place, deployment)
    parameters.put_parameter(Name=MARK, Value=mark, Type="String", Overwrite=True)


def _seed(place: Place, deployment: Deployment) -> None:
    make_operator(_access(place, deployment), email=example_data.OPERATOR_EMAIL, name=example_data.OPERATOR_NAME)
    _set_password(place, deployment, example_data.OPERATOR_EMAIL)
    operator = _sign_in(place, deployment, example_data.OPERATOR_EMAIL)
    for partner in example_data.PARTNERS:
        address = f"/v1/vendor/partners/{partner.partner_id}"
        operator.put(address, _partner_body(partner, capacity_limit_override=None))
        for user in partner.users:
            body = {"email": user.email, "name": user.name, "role": user.role, "language": user.language}
            operator.put(f"{address}/users/{user.user_id}", body)
            _set_password(place, deployment, user.email)
        _register(_sign_in(place, deployment, partner.users[0].email), partner)
        if partner.capacity_limit_override is not None:
            operator.put(address, _partner_body(partner, capacity_limit_override=partner.capacity_limit_override))
    dynamodb = client("dynamodb", endpoint_url=place.endpoint_url)
    session = TableSession(dynamodb, deployment.table_name)
    Suppressions(session).add(example_data.BOUNCED_EMAIL, reason="bounce", notice_id=new_id("n"), at=utc_now())
    bring_clients(session, now=utc_now())
    for partner in example_data.PARTNERS:
        choose_owners(partner.partner_id, _sign_in(place, deployment, partner.users[0].email))
    admins = {partner.partner_id: partner.users[0].email for partner in example_data.PARTNERS}
    for partner_id in EMPLOYEES:  # in this order: the first partner lists an address first
        assign_employees(partner_id, _sign_in(place, deployment, admins[partner_id]))
    tell_activities(operator, now=utc_now())
    report_deals(operator, today=utc_now().date())
    schedule = Schedule(place=place, deployment=deployment)
    make_links(_sign_in(place, deployment, example_data.PARTNERS[0].users[0].email), schedule)
    invite_people(_sign_in(place, deployment, admins[INVITING]))
    # As every morning: it tells whom it concerns, and renews what nobody decided. Last, because of its many mails.
    schedule.run("renewal_notices", {})


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Runs a scheduled function, for another day where the event names one."""

    place: Place
    deployment: Deployment

    def run(self, function: str, event: dict[str, str]) -> None:
        client("lambda", endpoint_url=self.place.endpoint_url).invoke(
            FunctionName=self.deployment.scheduled[function], Payload=json.dumps(event).encode()
        )


def _partner_body(partner: ExamplePartner, *, capacity_limit_override: int | None) -> dict[str, Any]:
    return {
        "name": partner.name,
        "type": partner.type,
        "credited_tier": partner.credited_tier,
        "tier_earned_on": partner.tier_earned_on,
        "certification_expires_on": "2030-06-30",
        "email_domain": partner.email_domain,
        "currency": partner.currency,
        "time_zone": partner.time_zone,
        "capacity_limit_override": capacity_limit_override,
        "team": [
            {"role": "account_manager", "name": "Amir Aldag", "email": "amir@vendor.example"},
            {"role": "channel_consultant", "name": "Celia Cole", "email": "celia@vendor.example"},
        ],
    }


def _register(admin: "SignedIn", partner: ExamplePartner) -> None:
    items = [
        {
            "website": lead.website,
            "company": lead.company,
            "contact": {"first_name": lead.first_name, "last_name": lead.last_name, "email": lead.email},
            "country": lead.country,
        }
        for lead in partner.leads
    ]
    answer = admin.call("POST", "/v1/registrations/batch", {"items": items})
    for item, result in zip(items, answer["results"], strict=True):
        outcome = result["problem"]["code"] if result.get("problem") else result["status"]
        if outcome not in REGISTERED:
            raise ExampleDataRefusedError(
                f"The example data does not fit: {item['website']} of {partner.name} was {outcome}."
            )


def _access(place: Place, deployment: Deployment) -> Access:
    return Access(
        dynamodb=client("dynamodb", endpoint_url=place.endpoint_url),
        table_name=deployment.table_name,
        cognito=client("cognito-idp", endpoint_url=place.endpoint_url),
        user_pool_id=deployment.user_pool_id,
    )


def _set_password(place: Place, deployment: Deployment, email: str) -> None:
    client("cognito-idp", endpoint_url=place.endpoint_url).admin_set_user_password(
        UserPoolId=deployment.user_pool_id, Username=email, Password=example_data.PASSWORD, Permanent=True
    )


def _sign_in(place: Place, deployment: Deployment, email: str) -> "SignedIn":
    answer = client("cognito-idp", endpoint_url=place.endpoint_url).initiate_auth(
        ClientId=deployment.user_pool_client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": example_data.PASSWORD},
    )
    return SignedIn(place=place, host=deployment.host, token=answer["AuthenticationResult"]["AccessToken"])


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """The API as one user sees it."""

    place: Place
    host: str
    token: str

    def put(self, path: str, body: dict[str, Any]) -> None:
        self.call("PUT", path, body)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer's body; raises ExampleDataRefusedError for anything but success."""
        content = b"" if body is None else json.dumps(body).encode()
        return json.loads(self._send(method, path, content, "application/json"))

    def page(self, path: str) -> str:
        """The text of a page. Raises ExampleDataRefusedError for anything but success."""
        return self._send("GET", path, b"", "text/html")

    def post_form(self, path: str, form: str) -> None:
        """As a browser sends it. Raises ExampleDataRefusedError for anything but success."""
        self._send("POST", path, form.encode(), "application/x-www-form-urlencoded")

    def _send(self, method: str, path: str, content: bytes, content_type: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.place.port, timeout=60)
        headers = {"Host": self.host, "Authorization": f"Bearer {self.token}"}
        if content:
            headers["Content-Type"] = content_type
        if method == "PUT":
            headers["If-Match"] = "*"  # nobody else is there to change it
        try:
            connection.request(method, path, content, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise ExampleDataRefusedError(
                f"The example data could not be brought: {method} {path} was not answered ({error})."
            ) from error
        finally:
            connection.close()
        if answer.status >= http.HTTPStatus.BAD_REQUEST:
            raise ExampleDataRefusedError(
                f"The example data could not be brought: {method} {path} answered {answer.status} {text}"
            )
        return text
