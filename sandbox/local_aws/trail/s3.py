"""CloudTrail's record of a call to Amazon S3.

docs/aws-behaviour.md 6.2 to 6.4 (captured on AWS, September 2026). Fields of calls that were not
captured follow
https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html
and their captured siblings: PutBucketEncryption, CopyObject and UpdateObjectEncryption among
them.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from ministack.services import s3

from ..access_points import access_point
from ..buckets import bucket_owner
from ..call import Answer, Call
from ..names_of_s3 import CONTROL
from .xml_json import xml_json

_SSE = "x-amz-server-side-encryption"
_HEADERS = ("x-amz-acl", "x-amz-object-ownership", "x-amz-copy-source", "x-amz-request-payer", "x-amz-storage-class")
_SECRET = ("customer-key", "customer-key-md5", "context")
_RESPONSE = (_SSE, "x-amz-version-id", "x-amz-delete-marker")
_SSE_APPLIED = ("PutObject", "CreateMultipartUpload", "CopyObject")
_SSE_NAMES = {"AES256": "SSE_S3", "aws:kms": "SSE_KMS", "aws:kms:dsse": "DSSE_KMS"}
_BODY_LEFT_OUT = ("PutObject", "UploadPart", "PutObjectTagging", "DeleteObjects", "PostObject")


def is_data_event(call: Call) -> bool:
    """Whether the call is a data event: all calls on objects are."""
    return call.key is not None or call.api == "DeleteObjects"


def request_parameters(call: Call, region: str) -> dict[str, Any]:
    """``requestParameters``."""
    control = call.path.startswith(CONTROL)
    found: dict[str, Any] = {"bucketName": call.named or call.bucket, "Host": _host(call, region, control)}
    if control:
        found["resource"] = unquote(call.path[len(CONTROL) + len("tags/") :])
        if "tagKeys" in call.query:
            found["tagKeys"] = [unquote(pair[8:]) for pair in call.raw_query.split("&") if pair.startswith("tagKeys=")]
    else:
        found.update({name: value for name, value in call.query.items() if not _is_noise(name)})
    for name, value in call.headers.items():
        if name in _HEADERS or (name.startswith(_SSE) and not name.endswith(_SECRET)):
            found[name] = value
    if call.key is not None:
        found["key"] = call.key
    if call.body and call.api not in _BODY_LEFT_OUT:
        found.update(_body(call))
    return found


def response_elements(call: Call, answer: Answer) -> dict[str, Any] | None:
    """``responseElements``: headers of a successful write to an object, else None."""
    if not is_data_event(call) or not answer.ok():
        return None
    found = {n.lower(): v for n, v in answer.headers if n.lower().startswith(_RESPONSE) and not n.endswith(_SECRET)}
    return found or None


def additional_data(call: Call, answer: Answer) -> dict[str, Any]:
    """The fields of ``additionalEventData`` that depend on the call."""
    found: dict[str, Any] = {}
    if call.api == "PutObject" and answer.ok():
        found["objectSize"] = len(call.body)
    if call.api in _SSE_APPLIED and answer.ok():
        found["SSEApplied"] = _sse_applied(call, answer)
    if call.api == "CompleteMultipartUpload":
        found["objectSize"] = _size(call) if answer.ok() else -1
    return found


def resources(call: Call, owner: str) -> list[dict[str, str]] | None:
    """``resources``: the bucket, then the object, a copy's source, and the access point that the call
    went through; none for CreateBucket.
    """
    if call.api == "CreateBucket" or call.bucket is None:
        return None
    found = [{"accountId": owner, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{call.bucket}"}]
    if call.key is not None:
        found.append({"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{call.bucket}/{call.key}"})
    source = call.headers.get("x-amz-copy-source")
    if source:
        path = unquote(source.split("?versionId=", 1)[0]).lstrip("/")
        found.append({"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{path}"})
    through = access_point(call.named)
    if through is not None:
        found.append({"accountId": through.account, "type": "AWS::S3::AccessPoint", "ARN": through.arn})
    return found


# --- internal ---


def _size(call: Call) -> int:
    bucket = s3._buckets.get_scoped(bucket_owner(call.bucket), None, call.bucket) or {}
    return int((bucket.get("objects", {}).get(call.key) or {}).get("size", -1))


def _host(call: Call, region: str, control: bool) -> str:
    if control:
        return f"{call.account}.s3-control.{call.region}.amazonaws.com"
    if call.api == "CreateBucket":
        return "s3.amazonaws.com"
    return f"{call.named or call.bucket}.s3.{region}.amazonaws.com"


def _is_noise(name: str) -> bool:
    return name == "x-id" or name.lower().startswith("x-amz-")


def _body(call: Call) -> dict[str, Any]:
    if call.api == "PutBucketPolicy":
        try:
            return {"bucketPolicy": json.loads(call.body)}
        except ValueError:
            return {}
    parsed = xml_json(call.body)
    return {parsed[0]: parsed[1]} if parsed else {}


def _sse_applied(call: Call, answer: Answer) -> str:
    if f"{_SSE}-customer-algorithm" in call.headers:
        return "SSE_C"
    asked = call.state.get("arrived_headers", call.headers).get(_SSE)
    name = _SSE_NAMES.get(asked or answer.header(_SSE) or "AES256", "SSE_S3")
    return name if asked else f"Default_{name}"
