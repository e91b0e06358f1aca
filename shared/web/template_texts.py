"""Texts of templates, translated once and for all when a template is compiled.

Jinja's own way is a call with the page's whole context for each text of each page, a fifth of what a page costs.
"""

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

from shared.domain.languages import Language
from shared.web.languages import translations

_MARKS = {"_", "gettext"}  # what {% trans %} becomes, too


class _InLanguage(NodeTransformer):
    """Puts the translation in the place of `_("Sent by %(partner)s.", partner=...)`; names are filled in as before."""

    def __init__(self, language: Language) -> None:
        self._catalogue = translations(language)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name in _MARKS):
            return node
        match node.args:
            case [nodes.Const(value=str() as text)]:
                named = [nodes.Pair(nodes.Const(one.key), one.value) for one in node.kwargs]
                translated = nodes.Const(self._catalogue.gettext(text))
                return nodes.Mod(nodes.MarkSafeIfAutoescape(translated), nodes.Dict(named))
        return node


def code_generator(language: Language) -> type[CodeGenerator]:
    """What an environment takes to compile its templates in this language."""

    class Translating(CodeGenerator):
        def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name
            super().visit_Template(_InLanguage(language).visit(node), frame)

    return Translating
