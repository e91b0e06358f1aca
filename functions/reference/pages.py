"""The reference as a page: no script, nothing to fetch but its style sheets."""

from functools import cache
from pathlib import Path

from functions.reference.document import document
from functions.reference.views import chapters, paragraphs, schemas
from shared.domain.languages import Language
from shared.web.rendering import render

_TEMPLATES = Path(__file__).with_name("templates")


@cache
def reference_page() -> str:
    """The document says the same for as long as the process lives, so the page is made once."""
    content = document()
    context = {
        "info": content["info"],
        "introduction": paragraphs(content["info"]["description"]),
        "chapters": chapters(content),
        "schemas": schemas(content),
        "paragraphs": paragraphs,
    }
    return render("reference.html", language=Language.ENGLISH, templates=_TEMPLATES, context=context)
