"""What the OpenAPI document says of the API as a whole: what it is, how to get a token, what holds for every route."""

from typing import Any

TITLE = "Partnerdesk API"

DESCRIPTION = """\
Register leads within your capacity, manage your users, and, as the vendor, say who the partners are.

**Getting a token.** Every request but those under Reference needs an access token. Sign in at the vendor's user pool \
(Amazon Cognito) with e-mail address and password; the vendor tells you the pool's address, such as \
`https://cognito-idp.eu-central-1.amazonaws.com/`, and the client id:

```
curl "$POOL_URL" \\
  -H 'X-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth' \\
  -H 'Content-Type: application/x-amz-json-1.1' \\
  -d '{"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "'"$CLIENT_ID"'", "AuthParameters": {"USERNAME": \
"laura@lumen.example", "PASSWORD": "Example-only-1!"}}'
```

The token is `AuthenticationResult.AccessToken` of the answer. It holds for an hour; `AuthFlow` `REFRESH_TOKEN_AUTH` \
with the `RefreshToken` gets the next one. An answer with `ChallengeName` asks for more, such as a first password of \
your own (`NEW_PASSWORD_REQUIRED`): answer it with `RespondToAuthChallenge`. The command line does all this with \
`partnerdesk login`. A machine that runs `make dev` finds `POOL_URL` (`endpoint_url`), `CLIENT_ID` \
(`user_pool_client_id`) and the example users in `.local/stack.json`.

**Calling.** Send `Authorization: Bearer <access token>`. A person who belongs to several partners names one in \
`X-Partner-Id`. What the caller may do is read from the table on every request.

**Data.** JSON in UTF-8, names in `snake_case`. Unknown fields and unknown query parameters are refused. Instants are \
RFC 3339 in UTC, days `YYYY-MM-DD`, countries ISO 3166-1 alpha-2. Answers may gain fields at any time.

**Errors** are `application/problem+json` (RFC 9457). `code` is stable and meant for programs, `detail` says what to \
do, `instance` is the request id, `errors` names every wrong place of the request, by JSON pointer into the body or as \
`#/query/limit` and `#/path/email`, with a sentence about it. Only the gateway's own 401 and 429 \
have another body. A path with another verb answers 405 with `Allow`; every GET answers HEAD.

**Lists** take `limit` and `cursor` and answer `next_cursor`, null on the last page, and a `Link` to the next one. A \
cursor works with the filters, the partner and the route that it came from.

**Writing safely.** Every POST takes `Idempotency-Key`: within 24 hours the same key with the same request gets the \
same answer. PATCH needs the object's `ETag` in `If-Match`, and DELETE heeds it. Vendor PUTs may be repeated as they \
are. A 201 says in `Location` where what was made can be read. `If-None-Match` with the `ETag` of what you have is \
answered 304 while it is the same.

**Bulk** requests answer 200 with one result per item, in the order sent; an invalid item fails alone.

**A client of your own** can be generated from `/openapi.json`. Tried are `openapi-python-client`, OpenAPI Generator \
(`-g python`) and `openapi-typescript` with `openapi-fetch`, the latter with `--default-non-nullable=false`: what has \
a default may be left out of a request."""

TAGS = (
    ("Capacity", "The domains that a partner has registered, and how many more it may register."),
    ("Clients", "Whom a partner sold to or serves, and its dashboard. Every user reads, an admin ends services."),
    ("Renewals", "What comes up for renewal, the decisions, and who tells the client. An admin changes and decides."),
    ("Confirmation links", "Links by which a customer confirms, without a login, what a partner has sold."),
    ("Users", "Who is calling, and the users of a partner. Every user reads, an admin changes."),
    (
        "Employees",
        "Which users work in which client's account, and what that earns. Every user reads, an admin changes.",
    ),
    ("Transfer requests", "Partners that list one address for a client ask each other to let go of it."),
    ("Tier", "Where a partner stands, the points behind it, what would be if, and who of the vendor helps."),
    ("Vendor", "The vendor's back office. A PUT makes or changes by the vendor's own id; repeating it is safe."),
    ("Reference", "This description of the API, for everyone, without a token."),
)


def information(version: str) -> dict[str, Any]:
    return {
        "title": TITLE,
        "version": version,
        "description": DESCRIPTION,
        "contact": {"name": "The vendor whose partner program this is"},
        "license": {"name": "MIT", "identifier": "MIT"},
    }
