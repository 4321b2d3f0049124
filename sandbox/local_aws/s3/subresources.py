"""Sub-resources of a bucket that MiniStack has no operation for.

It takes a GET of one for ListObjects and a PUT for CreateBucket, which resets the bucket's ACL.
Here GetBucketPolicyStatus is answered, and what the local AWS does not know is refused:
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (NotImplemented).
"""

from __future__ import annotations

from typing import Any

from .access.policy_status import bucket_policy_status
from .seams import Refusal, Response, around

_UNKNOWN = frozenset(
    {
        "abac",
        "analytics",
        "intelligent-tiering",
        "inventory",
        "metadataConfiguration",
        "metadataInventoryTable",
        "metadataJournalTable",
        "metadataTable",
        "metrics",
        "session",
    }
)


@around("_dispatch")
def dispatch(
    inner: Any, method: str, bucket: str, key: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
) -> Response:
    if bucket and not key and method == "GET" and "policyStatus" in query:
        return bucket_policy_status(bucket)
    if bucket and not key and _UNKNOWN.intersection(query):
        message = "A header or query you provided implies functionality that is not implemented."
        return Refusal(501, "NotImplemented", message).response()
    return inner(method, bucket, key, headers, body, query)
