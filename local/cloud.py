"""AWS clients of the stack on this machine, deaf to the AWS settings and the proxies of the person at the machine."""

import os
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from local.place import REGION


@cache
def _session() -> boto3.Session:
    # Where each setting comes from: (configuration file, environment variables, otherwise, conversion).
    sources = {
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
    }
    session = botocore.session.Session(session_vars=sources)
    session.set_credentials("test", "test")  # what the stack takes from everybody
    return boto3.Session(region_name=REGION, botocore_session=session)


@cache
def client(service: str, *, endpoint_url: str) -> Any:
    """The client of one AWS service; its type is known only to whoever asks for it."""
    config = Config(
        proxies={},
        retries={"total_max_attempts": 1},
        connect_timeout=5,
        read_timeout=60,
    )
    return _session().client(service, endpoint_url=endpoint_url, config=config)  # type: ignore[call-overload]
