"""`ExpectedBucketOwner`: a request with the wrong owner is refused before any other check.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html; order and
codes follow the captures of 2026 (docs/aws-behaviour.md 1.3: 403 even where other headers are
malformed; 400 InvalidBucketOwnerAWSAccountID).
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from ..buckets import bucket_owner
from ..call import Answer, Call
from ..errors import s3_error
from .seams import calling

_ACCOUNT = re.compile(r"\d{12}")
_MALFORMED = (
    "The value of the expected bucket owner parameter must be an AWS Account ID."
    " Please use a valid AWS Account ID and retry the request. [{}]"
)


async def before(call: Call) -> Answer | None:
    calling.set(call)
    return _judge(call.headers.get("x-amz-expected-bucket-owner"), call.bucket) or _judge(
        call.headers.get("x-amz-source-expected-bucket-owner"), _source_bucket(call)
    )


async def after(call: Call, answer: Answer) -> Answer:
    calling.set(None)
    return answer


# --- internal ---


def _judge(expected: str | None, bucket: str | None) -> Answer | None:
    if expected is None or bucket is None:
        return None
    if not _ACCOUNT.fullmatch(expected):
        return s3_error(400, "InvalidBucketOwnerAWSAccountID", _MALFORMED.format(expected))
    owner = bucket_owner(bucket)
    if owner is None or owner == expected:
        return None
    return s3_error(403, "AccessDenied", "Access Denied")


def _source_bucket(call: Call) -> str | None:
    source = unquote(call.headers.get("x-amz-copy-source", "").partition("?")[0]).lstrip("/")
    return source.partition("/")[0] or None
