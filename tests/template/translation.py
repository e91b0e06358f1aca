"""template.yaml as a dict, and as the CloudFormation that AWS makes of it, without a network."""

import copy
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

PROJECT = Path(__file__).resolve().parents[2]

Template = dict[str, Any]


def raw_template() -> Template:
    template: Template = yaml_parse((PROJECT / "template.yaml").read_text())
    return template


def translate(raw: Template) -> Template:
    """Leaves `raw` as it is. Code locations become a bucket's, as `sam package` would make them."""
    packaged = copy.deepcopy(raw)
    packaged["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name="eu-central-1"))
    translated: Template = translator.translate(packaged, {})
    return translated


def resources(template: Template, kind: str) -> dict[str, Template]:
    """Properties by logical id of the resources of one type, such as `AWS::SQS::Queue`."""
    return {
        name: resource.get("Properties", {}) for name, resource in template["Resources"].items() if resource["Type"] == kind
    }


def named(value: Any) -> str | None:
    """The logical id that a `Ref`, a `GetAtt` or an invocation `Sub` points at; nothing for anything else."""
    match value:
        case {"Ref": str(name)}:
            return name
        case {"Fn::GetAtt": [str(name), _]}:
            return name
        case {"Fn::Sub": str(text)} if "${" in text and ".Arn}" in text:
            return text.rpartition("${")[2].partition(".")[0]
    return None
