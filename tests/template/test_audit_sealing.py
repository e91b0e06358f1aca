"""What the template must hold so that every audit entry is sealed."""

import json

from local.translation import Template
from shared.table import keys
from tests.template.translation import resources


def test_the_stream_brings_new_audit_entries_and_nothing_else(template: Template) -> None:
    mapping = resources(template, "AWS::Lambda::EventSourceMapping")["AuditSealingFunctionNewEntries"]
    [entry] = mapping["FilterCriteria"]["Filters"]

    assert json.loads(entry["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"Keys": {"pk": {"S": [{"prefix": keys.AUDIT_PREFIX}]}}},
    }


def test_the_stream_has_no_more_readers_than_dynamodb_serves_well(template: Template) -> None:
    sources = [one["EventSourceArn"] for one in resources(template, "AWS::Lambda::EventSourceMapping").values()]
    assert sources.count({"Fn::GetAtt": ["Table", "StreamArn"]}) == 2
