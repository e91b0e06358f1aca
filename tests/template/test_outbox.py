"""What the template must hold so that the outbox keeps its promise."""

import json

from local.translation import Template
from shared.table import keys
from shared.table.notices import LEASE
from tests.template.rules_of_the_data import listed, statements
from tests.template.translation import resources

SENDERS = ("OutboxRelayFunction", "OutboxSweeperFunction")


def test_a_claim_outlives_the_function_that_holds_it(template: Template) -> None:
    functions = resources(template, "AWS::Lambda::Function")

    assert [name for name in SENDERS if functions[name]["Timeout"] >= LEASE.total_seconds()] == []


def test_the_stream_brings_new_notices_and_nothing_else(template: Template) -> None:
    mapping = resources(template, "AWS::Lambda::EventSourceMapping")["OutboxRelayFunctionNewNotices"]
    [entry] = mapping["FilterCriteria"]["Filters"]

    assert json.loads(entry["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"Keys": {"pk": {"S": [{"prefix": keys.NOTICE_PREFIX}]}}},
    }


def test_mail_goes_out_from_one_identity_through_one_configuration_set(template: Template) -> None:
    granted = {
        name: (statement["Action"], [json.dumps(one) for one in listed(statement["Resource"])])
        for name, statement in statements(template)
        if any(action.startswith("ses:") for action in listed(statement["Action"]))
    }

    assert granted.keys() == {"OutboxRelayRole", "OutboxSweeperRole"}
    for actions, places in granted.values():
        assert actions == ["ses:SendEmail", "ses:SendRawEmail"]
        assert all("identity/${" in place or "configuration-set/${MailConfiguration}" in place for place in places)
        assert len(places) == 3


def test_ses_rewrites_no_link(template: Template) -> None:
    [configuration] = resources(template, "AWS::SES::ConfigurationSet").values()
    [destination] = resources(template, "AWS::SES::ConfigurationSetEventDestination").values()

    assert "TrackingOptions" not in configuration
    assert destination["EventDestination"]["MatchingEventTypes"] == ["bounce", "complaint", "reject"]


def test_an_alarm_goes_off_before_ses_reviews_the_account(template: Template) -> None:
    thresholds = {
        alarm["MetricName"]: alarm["Threshold"]
        for alarm in resources(template, "AWS::CloudWatch::Alarm").values()
        if alarm.get("Namespace") == "AWS/SES" and alarm["AlarmActions"]
    }

    assert thresholds == {"Reputation.BounceRate": 0.025, "Reputation.ComplaintRate": 0.0005}
