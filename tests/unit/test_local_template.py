from pathlib import Path
from typing import Any

import pytest

from local.place import PROJECT
from local.template import TemplateRefusedError, Translated, adapted_template

SMALL_TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Origin: {Type: String}
Globals:
  Function: {CodeUri: .}
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: Pool
        Authorizers:
          Pool:
            IdentitySource: $request.header.Authorization
            JwtConfiguration: {issuer: https://pool.example, audience: [desk]}
      CorsConfiguration: {AllowOrigins: [!Ref Origin], AllowMethods: [GET], MaxAge: 60}
      Tags: {ms-custom-id: 0000beef}
  CapacityFunction:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      AutoPublishAlias: live
      AutoPublishAliasAllProperties: true
      SnapStart: {ApplyOn: PublishedVersions}
      Handler: functions.capacity.handler.lambda_handler
      Events:
        Capacity: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: ANY, Path: /v1/capacity}}
        Other: {Type: HttpApi, Properties: {ApiId: !Ref Api, Auth: {Authorizer: NONE}}}
  ExpiryFunction:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: functions.capacity.expiry.lambda_handler
      Environment: {Variables: {LEVEL: INFO}}
      Events:
        Daily: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
      TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}
  PlainAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      {MetricName: Errors, Namespace: AWS/Lambda, ComparisonOperator: GreaterThanThreshold, EvaluationPeriods: 1}
  SumAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {Metrics: [], ComparisonOperator: GreaterThanThreshold, EvaluationPeriods: 1}
"""


def translate_text(text: str, folder: Path) -> Translated:
    (folder / "template.yaml").write_text(text, encoding="utf-8")
    return adapted_template(folder, packages=Path("/packages"))


@pytest.fixture
def small(tmp_path: Path) -> Translated:
    return translate_text(SMALL_TEMPLATE, tmp_path)


def resources(translated: Translated, kind: str) -> dict[str, Any]:
    return {
        name: resource["Properties"]
        for name, resource in translated.document["Resources"].items()
        if resource["Type"] == kind
    }


def test_every_path_becomes_a_route_to_its_function(small: Translated) -> None:
    assert resources(small, "AWS::ApiGatewayV2::Route") == {
        "ApiAnyV1CapacityRoute": {
            "ApiId": {"Ref": "Api"},
            "RouteKey": "ANY /v1/capacity",
            "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "ApiAnyV1CapacityIntegration"}]]},
            "AuthorizationType": "JWT",
            "AuthorizerId": {"Ref": "ApiPoolAuthorizer"},
        },
        "ApiDefaultRoute": {
            "ApiId": {"Ref": "Api"},
            "RouteKey": "$default",
            "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "ApiDefaultIntegration"}]]},
        },
    }
    uri = (
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
        "${CapacityFunction.Arn}/invocations"
    )
    integration = {
        "ApiId": {"Ref": "Api"},
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": {"Fn::Sub": uri},
        "PayloadFormatVersion": "2.0",
    }
    assert resources(small, "AWS::ApiGatewayV2::Integration") == {
        "ApiAnyV1CapacityIntegration": integration,
        "ApiDefaultIntegration": integration,
    }


def test_the_authorizer_keeps_its_issuer_and_audience(small: Translated) -> None:
    assert resources(small, "AWS::ApiGatewayV2::Authorizer") == {
        "ApiPoolAuthorizer": {
            "ApiId": {"Ref": "Api"},
            "Name": "Pool",
            "AuthorizerType": "JWT",
            "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": {"Issuer": "https://pool.example", "Audience": ["desk"]},
        }
    }


def test_the_api_keeps_the_tag_that_fixes_its_id(small: Translated) -> None:
    api = resources(small, "AWS::ApiGatewayV2::Api")["Api"]
    assert api == {
        "Name": {"Ref": "AWS::StackName"},
        "ProtocolType": "HTTP",
        "Tags": {"ms-custom-id": "0000beef", "httpapi:createdBy": "SAM"},
    }


def test_cors_lists_become_outputs_and_the_rest_is_kept_as_it_is(small: Translated) -> None:
    assert small.document["Outputs"] == {
        "CorsallowOrigins": {"Value": {"Fn::Join": [",", [{"Ref": "Origin"}]]}},
        "CorsallowMethods": {"Value": {"Fn::Join": [",", ["GET"]]}},
    }
    assert small.api.cors == {"maxAge": 60}


def test_functions_find_their_code_and_the_deployed_packages(small: Translated) -> None:
    functions = resources(small, "AWS::Lambda::Function")
    assert {name: (one["Code"], one["Environment"]["Variables"]) for name, one in functions.items()} == {
        "CapacityFunction": (
            {"S3Bucket": "partnerdesk-code", "S3Key": "capacity.zip"},
            {"PYTHONPATH": "/packages"},
        ),
        "ExpiryFunction": (
            {"S3Bucket": "partnerdesk-code", "S3Key": "capacity.zip"},
            {"LEVEL": "INFO", "PYTHONPATH": "/packages"},
        ),
    }
    assert small.rooms == {"CapacityFunction": "capacity", "ExpiryFunction": "capacity"}
    assert small.scheduled == ("ExpiryFunction",)


def test_functions_are_not_published_so_that_changed_code_is_served(small: Translated) -> None:
    kinds = {resource["Type"] for resource in small.document["Resources"].values()}
    assert not kinds & {"AWS::Lambda::Version", "AWS::Lambda::Alias"}
    assert "SnapStart" not in resources(small, "AWS::Lambda::Function")["CapacityFunction"]


def test_only_the_alarm_over_metric_math_is_left_out(small: Translated) -> None:
    assert list(resources(small, "AWS::CloudWatch::Alarm")) == ["PlainAlarm"]


def test_the_time_to_live_of_a_table_is_told(small: Translated) -> None:
    assert small.time_to_live == {"Table": {"AttributeName": "ttl", "Enabled": True}}


def test_two_apis_are_refused(tmp_path: Path) -> None:
    second = SMALL_TEMPLATE.replace("  Table:", "  SecondApi: {Type: AWS::Serverless::HttpApi}\n  Table:", 1)
    with pytest.raises(TemplateRefusedError, match=r"has 2 HTTP APIs; the local stack deploys exactly one"):
        translate_text(second, tmp_path)


def test_a_half_written_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefusedError, match=r"template\.yaml cannot be read: "):
        translate_text(SMALL_TEMPLATE + "  Broken: [", tmp_path)


def test_a_template_that_sam_cannot_translate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefusedError, match=r"template\.yaml cannot be translated: "):
        translate_text(SMALL_TEMPLATE.replace("rate(1 day)}", "rate(1 day), Nonsense: 1}", 1), tmp_path)


def test_the_deployed_template_loses_no_function_and_no_route() -> None:
    translated = adapted_template(PROJECT, packages=Path("/packages"))
    assert set(translated.rooms) == set(resources(translated, "AWS::Lambda::Function"))
    route_keys = {route["RouteKey"] for route in resources(translated, "AWS::ApiGatewayV2::Route").values()}
    assert {"GET /openapi.json", "ANY /v1/registrations", "ANY /v1/{proxy+}", "$default"} <= route_keys
    assert "CapacityExpiryFunction" in translated.scheduled
