"""What HeadObject and GetObject hide from a caller, and the version id of unversioned objects.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html: without s3:ListBucket a
missing object is a 403, and lock headers need the permissions to read retention and legal hold.
An object without a version of its own is the version `null` once the bucket was versioned:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import s3

from ...iam.permissions import implied
from ..seams import Refusal, Response, around, calling

_VERSION = "x-amz-version-id"
_LOCKS = {
    "x-amz-object-lock-mode": "s3:GetObjectRetention",
    "x-amz-object-lock-retain-until-date": "s3:GetObjectRetention",
    "x-amz-object-lock-legal-hold": "s3:GetObjectLegalHold",
}


@around("_head_object")
def head_object(inner: Any, bucket: str, key: str, headers: dict | None = None, query: dict | None = None) -> Response:
    return _told(bucket, key, inner(bucket, key, headers, query))


@around("_get_object")
def get_object(inner: Any, bucket: str, key: str, headers: dict, query: dict | None = None) -> Response:
    return _told(bucket, key, inner(bucket, key, headers, query))


# --- internal ---


def _told(bucket: str, key: str, response: Response) -> Response:
    """The response for this caller."""
    status, headers, body = response
    if status == 404:
        return response if _may("s3:ListBucket", f"arn:aws:s3:::{bucket}") else _forbidden()
    if status not in (200, 206):
        return response
    if bucket in s3._bucket_versioning and _VERSION not in headers:
        headers[_VERSION] = "null"
    resource = f"arn:aws:s3:::{bucket}/{key}"
    hidden = [name for name, action in _LOCKS.items() if name in headers and not _may(action, resource)]
    return status, {name: value for name, value in headers.items() if name not in hidden}, body


def _may(action: str, resource: str) -> bool:
    call = calling.get()
    return call is None or implied(call, action, resource)


def _forbidden() -> Response:
    return Refusal(403, "AccessDenied", "Access Denied").response()
