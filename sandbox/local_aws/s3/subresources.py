"""Sub-resources of a bucket that MiniStack has no operation for.

It takes a GET of one for ListObjects and a PUT for CreateBucket, which resets the bucket's ACL.
Here GetBucketPolicyStatus, inventory configurations and the S3 Metadata configuration (no bucket has
one) are answered, and what the local AWS does not know is refused:
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (NotImplemented),
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketMetadataConfiguration.html.
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_actions
from ministack.services import s3

from .access.policy_status import bucket_policy_status
from .inventory import inventory
from .seams import Refusal, Response, around

_UNKNOWN = frozenset(
    {
        "abac",
        "analytics",
        "intelligent-tiering",
        "metadataConfiguration",
        "metadataInventoryTable",
        "metadataJournalTable",
        "metadataTable",
        "metrics",
        "session",
    }
)

_METADATA = "GetBucketMetadataTableConfiguration"
iam_actions._S3_BUCKET_QUERY_ACTIONS["metadataConfiguration"] = {"GET": _METADATA}


@around("_dispatch")
def dispatch(
    inner: Any, method: str, bucket: str, key: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
) -> Response:
    if bucket and not key and method == "GET" and "policyStatus" in query:
        return bucket_policy_status(bucket)
    if bucket and not key and "inventory" in query and method in ("GET", "PUT", "DELETE"):
        return _answered(inventory, method, bucket, query, body)
    if bucket and not key and method == "GET" and "metadataConfiguration" in query:
        return _answered(_no_metadata, bucket)
    if bucket and not key and _UNKNOWN.intersection(query):
        message = "A header or query you provided implies functionality that is not implemented."
        return Refusal(501, "NotImplemented", message).response()
    return inner(method, bucket, key, headers, body, query)


# --- internal ---


def _answered(handler: Any, *given: Any) -> Response:
    try:
        found: Response = handler(*given)
    except Refusal as refusal:
        return refusal.response()
    return found


def _no_metadata(bucket: str) -> Response:
    if bucket not in s3._buckets:
        raise Refusal(404, "NoSuchBucket", "The specified bucket does not exist", BucketName=bucket)
    message = "The metadata configuration was not found."
    raise Refusal(404, "MetadataConfigurationNotFound", message, BucketName=bucket)
