from collections.abc import Iterator

import pytest
from samtranslator.policy_template_processor.processor import (  # type: ignore[import-untyped]
    PolicyTemplatesProcessor,
)

from local.translation import Template, raw_template, translate


@pytest.fixture(scope="session", autouse=True)
def quick_translation() -> Iterator[None]:
    """Half of each translation is spared: the copy of the whole API before and after each of its routes, and the check
    of policies that the translator brings along. The outcome is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("samtranslator.open_api.open_api._deepcopy", lambda document: document)
        patch.setattr(PolicyTemplatesProcessor, "_is_valid_templates_dict", lambda *_: True)
        yield


@pytest.fixture(scope="session")
def template() -> Template:
    """The CloudFormation that AWS makes of template.yaml. Shared: rules only read it."""
    return translate(raw_template())
