"""The reference as pages: no script, nothing to fetch but their style sheets."""

from functools import cache
from pathlib import Path
from typing import Any

from functions.reference.document import document
from functions.reference.views import Area, areas, objects, paragraphs
from shared.domain.languages import Language
from shared.web.rendering import render

_TEMPLATES = Path(__file__).with_name("templates")
_REFUSALS = ("FieldProblem", "GatewayRefusal", "Problem")


@cache
def index_page() -> str:
    """How to get a token, what holds for all, and every operation by area.

    The document says the same for as long as the process lives, so a page is made once.
    """
    content = document()
    return _rendered(
        "index.html",
        introduction=paragraphs(content["info"]["description"]),
        refusals=objects(content, _REFUSALS),
    )


@cache
def area_page(slug: str) -> str | None:
    """The operations of one area with all that they take and answer; nothing for an area that there is not."""
    area = next((one for one in _areas() if one.slug == slug), None)
    return None if area is None else _rendered("area.html", area=area)


@cache
def _areas() -> list[Area]:
    return areas(document())


def _rendered(template: str, **own: Any) -> str:
    context = {"info": document()["info"], "areas": _areas(), "paragraphs": paragraphs, **own}
    return render(template, language=Language.ENGLISH, templates=_TEMPLATES, context=context)
