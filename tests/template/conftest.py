import pytest

from local.translation import Template, raw_template, translate


@pytest.fixture(scope="session")
def template() -> Template:
    """The CloudFormation that AWS makes of template.yaml. Shared: rules only read it."""
    return translate(raw_template())
