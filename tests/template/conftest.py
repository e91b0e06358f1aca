from collections.abc import Iterator

import pytest
from samtranslator.policy_template_processor.processor import (  # type: ignore[import-untyped]
    PolicyTemplatesProcessor,
)

from local.translation import Template, raw_template, translate


@pytest.fixture(scope="session", autouse=True)
def quick_translation() -> Iterator[None]:
    """Each translation is spared the check of the policies that the translator brings along: a third of its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PolicyTemplatesProcessor, "_is_valid_templates_dict", lambda *_: True)
        yield


@pytest.fixture(scope="session")
def template() -> Template:
    """The CloudFormation that AWS makes of template.yaml. Shared: rules only read it."""
    return translate(raw_template())
