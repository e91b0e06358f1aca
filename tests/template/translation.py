"""How rules look into a translated template."""

from typing import Any

from local.translation import Template


def resources(template: Template, kind: str) -> dict[str, Template]:
    """Properties by logical id of the resources of one type, such as `AWS::SQS::Queue`."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def named(value: Any) -> str | None:
    """The logical id that a `Ref`, a `GetAtt` or an invocation `Sub` points at; nothing for anything else."""
    match value:
        case {"Ref": str(name)}:
            return name
        case {"Fn::GetAtt": [str(name), _]}:
            return name
        case {"Fn::Sub": str(text)} if text.endswith("}/invocations"):
            return text.rpartition("${")[2].partition("}")[0].removesuffix(".Arn")
    return None
