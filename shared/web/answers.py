"""HTML answers."""

from aws_lambda_powertools.event_handler import Response

from shared.web.headers import security_headers

HTML = "text/html; charset=utf-8"


def html_answer(status: int, page: str) -> Response[str]:
    """A page with the headers that every page has."""
    return Response(status_code=status, content_type=HTML, headers=dict(security_headers()), body=page)
