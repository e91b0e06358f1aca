"""template.yaml as the CloudFormation that AWS makes of it, without a network.

What the stack of this machine needs otherwise is in template.py. SAM's own translator does the work; it is imported on
first use, because it takes longer to load than a command that translates nothing takes in all.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import yaml

from local.place import PROJECT, REGION

Template = dict[str, Any]

_YAML = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""The former reads a template ten times as fast."""


class TemplateNotTranslatedError(Exception):
    """The template is no valid one; the message says where."""


def raw_template(project: Path = PROJECT) -> Template:
    """`!Ref x` is `{"Ref": "x"}`, and each other short tag its long form."""
    from samtranslator.yaml_helper import (  # type: ignore[import-untyped] # noqa: PLC0415 - see above
        intrinsics_multi_constructor,
    )

    class Loader(_YAML):  # type: ignore[misc, valid-type] # one of two
        pass

    Loader.add_multi_constructor("!", intrinsics_multi_constructor)
    # A loader that builds plain values only.
    template: Template = yaml.load((project / "template.yaml").read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506
    return template


def translate(raw: Template) -> Template:
    """Leaves `raw` as it is. Code lies in a bucket, as `sam package` would leave it.

    Raises TemplateNotTranslatedError.
    """
    from samtranslator.model.exceptions import (  # type: ignore[import-untyped] # noqa: PLC0415 - see above
        InvalidDocumentException,
    )
    from samtranslator.parser.parser import Parser  # type: ignore[import-untyped] # noqa: PLC0415
    from samtranslator.translator.translator import Translator  # type: ignore[import-untyped] # noqa: PLC0415

    packaged = copy.deepcopy(raw)
    packaged["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION))
    try:
        with _one_api_document():
            translated: Template = translator.translate(packaged, {})
    except InvalidDocumentException as error:
        raise TemplateNotTranslatedError(error.message) from error
    finally:
        translator.metrics.publish()  # to nowhere; the translator complains of metrics that it still holds
    return translated


@contextmanager
def _one_api_document() -> Iterator[None]:
    """The translator copies the whole API before and after it adds each route, most of its time, and needs no copy."""
    from samtranslator.open_api import open_api  # type: ignore[import-untyped] # noqa: PLC0415 - see above

    copying = open_api._deepcopy  # noqa: SLF001
    open_api._deepcopy = lambda document: document  # noqa: SLF001
    try:
        yield
    finally:
        open_api._deepcopy = copying  # noqa: SLF001
