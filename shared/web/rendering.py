"""Complete HTML pages from Jinja templates, in the reader's language.

A room keeps its templates beside its code and extends the layouts of `shared/web/templates`: `public.html` for people
without a login, `document.html` for what is read or printed. Jinja is imported with the first page: answers in JSON
never pay for it. A package carries the templates compiled, which spares the first page a third of its time.

Texts are translated when a template is compiled, once for each language: Jinja would look each up for every page.
"""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.domain.languages import Language
from shared.web import formats, labels
from shared.web.brand import brand
from shared.web.languages import translations
from shared.web.static_files import static_url

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

_SHARED_TEMPLATES = Path(__file__).parent / "templates"
_SOURCES = ("html", "txt")
_COMPILED = "compiled"
"""Beside a room's templates: for each language a folder with the code that Jinja makes of them and the shared ones."""


def render(template: str, *, language: Language, templates: Path, context: Mapping[str, Any]) -> str:
    """Render `template` from the folder `templates` or, failing that, from the shared layouts.

    Templates ending in .txt are plain text; every other escapes what it prints. A name missing from `context` is an
    error; `brand` is the vendor. Filters: `day`, `instant(time_zone)`, `money(currency)`, `product`,
    `onboarding_type`, `duration`.
    """
    return (
        _environment(language, templates).get_template(template).render(context, language=language.value, brand=brand())
    )


@cache
def _environment(language: Language, templates: Path) -> "Environment":
    from jinja2 import ModuleLoader  # noqa: PLC0415 - see above

    compiled = templates / _COMPILED / language.value
    return _new_environment(language, ModuleLoader(compiled)) if compiled.exists() else _compiling(language, templates)


def _compiling(language: Language, templates: Path) -> "Environment":
    from jinja2 import FileSystemLoader  # noqa: PLC0415 - see above

    from shared.web.template_texts import code_generator  # noqa: PLC0415 - Jinja with it

    environment = _new_environment(language, FileSystemLoader([templates, _SHARED_TEMPLATES]))
    environment.code_generator_class = code_generator(language)
    return environment


def _new_environment(language: Language, loader: "BaseLoader") -> "Environment":
    from jinja2 import Environment, StrictUndefined, select_autoescape  # noqa: PLC0415 - see above

    environment = Environment(
        loader=loader,
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    # The i18n extension adds this method at run time, where no type checker sees it.
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals["static_url"] = static_url
    environment.filters.update(
        day=partial(formats.day_text, language=language),
        instant=partial(formats.instant_text, language=language),
        money=partial(formats.money_text, language=language),
        product=partial(labels.product_label, language=language),
        onboarding_type=partial(labels.onboarding_type_label, language=language),
        duration=partial(labels.duration_label, language=language),
    )
    return environment


def compile_templates(templates: Path) -> None:
    """Write what Jinja makes of the templates into a folder beside them, from which they are then taken."""
    for language in Language:
        _compiling(language, templates).compile_templates(
            templates / _COMPILED / language.value, extensions=_SOURCES, zip=None, ignore_errors=False
        )
