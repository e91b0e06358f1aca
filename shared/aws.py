"""The AWS SDK's one session per process. It is botocore's own: boto3 adds nothing here but a tenth of a cold start."""

from functools import cache

import botocore.session
from botocore.session import Session


@cache
def session() -> Session:
    return botocore.session.get_session()
