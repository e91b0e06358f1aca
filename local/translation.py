"""template.yaml as the CloudFormation that AWS makes of it, without a network.

What the stack of this machine needs otherwise is in template.py. SAM's own translator does the work; it is imported on
first use, because it takes longer to load than a command that translates nothing takes in all.
"""

import copy
from pathlib import Path
from typing import Any

import boto3

from local.place import PROJECT, REGION

Template = dict[str, Any]


class TemplateNotTranslatedError(Exception):
    """The template is no valid one; the message says where."""


def raw_template(project: Path = PROJECT) -> Template:
    from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped] # noqa: PLC0415 - see above

    template: Template = yaml_parse((project / "template.yaml").read_text())
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
        translated: Template = translator.translate(packaged, {})
    except InvalidDocumentException as error:
        raise TemplateNotTranslatedError(error.message) from error
    finally:
        translator.metrics.publish()  # to nowhere; the translator complains of metrics that it still holds
    return translated
