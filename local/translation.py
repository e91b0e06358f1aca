"""template.yaml as the CloudFormation that AWS makes of it, without a network.

What the stack of this machine needs otherwise is in template.py.
"""

import copy
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]
from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

from local.place import PROJECT, REGION

Template = dict[str, Any]


def raw_template(project: Path = PROJECT) -> Template:
    template: Template = yaml_parse((project / "template.yaml").read_text())
    return template


def translate(raw: Template) -> Template:
    """Leaves `raw` as it is. Code lies in a bucket, as `sam package` would leave it."""
    packaged = copy.deepcopy(raw)
    packaged["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION))
    try:
        translated: Template = translator.translate(packaged, {})
    finally:
        translator.metrics.publish()  # to nowhere; the translator complains of metrics that it still holds
    return translated
