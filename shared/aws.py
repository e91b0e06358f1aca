"""The AWS SDK's one session per process. It is botocore's own: boto3 adds nothing here but a tenth of a cold start."""

from functools import cache
from pathlib import Path

import botocore.session
from botocore.session import Session

_DATA = str(Path(__file__).parent / "aws_data")
"""What is added to botocore's own descriptions of services.

DynamoDB's items are documents there: they pass as the JSON that they are, in both directions. botocore would else look
for each of ten types in every value of every item, which takes up to a third of a request.
"""


@cache
def session() -> Session:
    made = botocore.session.get_session()
    made.get_component("data_loader").search_paths.append(_DATA)
    return made
