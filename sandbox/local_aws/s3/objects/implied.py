"""The permissions a write needs besides its own, for what its headers set on the object.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
(PutObject, CopyObject and CreateMultipartUpload: tags, ACLs, retention and legal hold).
"""

from __future__ import annotations

from typing import Any

from ...call import Call
from ...iam.permissions import denial, implied
from ..seams import Refusal, Response, around, calling

_ACTIONS = {
    "x-amz-tagging": "s3:PutObjectTagging",
    "x-amz-acl": "s3:PutObjectAcl",
    "x-amz-grant-full-control": "s3:PutObjectAcl",
    "x-amz-grant-read": "s3:PutObjectAcl",
    "x-amz-grant-read-acp": "s3:PutObjectAcl",
    "x-amz-grant-write-acp": "s3:PutObjectAcl",
    "x-amz-object-lock-mode": "s3:PutObjectRetention",
    "x-amz-object-lock-retain-until-date": "s3:PutObjectRetention",
    "x-amz-object-lock-legal-hold": "s3:PutObjectLegalHold",
}


def judge_headers(call: Call | None, bucket: str, key: str, headers: dict[str, str]) -> None:
    """Checks the permissions that the headers of a write imply. Raises Refusal."""
    for action in dict.fromkeys(_ACTIONS[name] for name in _ACTIONS if headers.get(name)):
        require(call, action, bucket, key)


def require(call: Call | None, action: str, bucket: str, key: str) -> None:
    """Checks one more permission on an object. Raises Refusal."""
    resource = f"arn:aws:s3:::{bucket}/{key}"
    if call is not None and not implied(call, action, resource):
        raise Refusal(403, "AccessDenied", denial(call, action, resource) or "Access Denied")


@around("_put_object")
def put_object(inner: Any, bucket: str, key: str, body: bytes, headers: dict) -> Response:
    try:
        judge_headers(calling.get(), bucket, key, headers)
    except Refusal as refusal:
        return refusal.response()
    return inner(bucket, key, body, headers)


@around("_create_multipart_upload")
def create_multipart_upload(inner: Any, bucket: str, key: str, headers: dict) -> Response:
    try:
        judge_headers(calling.get(), bucket, key, headers)
    except Refusal as refusal:
        return refusal.response()
    return inner(bucket, key, headers)
