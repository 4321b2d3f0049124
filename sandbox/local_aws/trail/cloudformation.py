"""Buckets that CloudFormation creates or changes are events too, called for the stack's deployer.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
(invokedBy). MiniStack's CloudFormation works on its store directly, past the pipeline.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from . import trail
from ..call import Answer, Call
from ..s3.cloudformation import encryption_document
from ..signatures import arrived

_INVOKED_BY = "cloudformation.amazonaws.com"


def install() -> None:
    """Wraps the steps of AWS::S3::Bucket."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def creating(logical_id: str, properties: dict[str, Any], stack_name: str) -> tuple:
        result = create(logical_id, properties, stack_name)
        _emit("CreateBucket", result[0], {})
        _encryption(result[0], {}, properties)
        return result

    def updating(physical_id: str, before: dict[str, Any], after: dict[str, Any], *rest: Any) -> tuple:
        result = update(physical_id, before, after, *rest)
        _encryption(physical_id, before, after)
        return result

    def deleting(physical_id: str, properties: dict[str, Any]) -> Any:
        emit = _prepared("DeleteBucket", physical_id, {})
        result = delete(physical_id, properties)
        emit()
        return result

    handlers.update(create=creating, update=updating, delete=deleting)


# --- internal ---


def _encryption(bucket: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = before.get("BucketEncryption"), after.get("BucketEncryption")
    if new and new != old:
        _emit("PutBucketEncryption", bucket, {"encryption": ""}, encryption_document(new))
    elif old and not new:
        _emit("DeleteBucketEncryption", bucket, {"encryption": ""})


def _emit(api: str, bucket: str, query: dict[str, str], body: bytes = b"") -> None:
    _prepared(api, bucket, query, body)()


def _prepared(api: str, bucket: str, query: dict[str, str], body: bytes = b"") -> Callable[[], None]:
    account, region, first = get_account_id(), get_region(), arrived.get()
    root = {"type": "Root", "principalId": account, "arn": f"arn:aws:iam::{account}:root", "accountId": account}
    identity = {**(first.identity if first and first.account == account else root), "invokedBy": _INVOKED_BY}
    call = Call("PUT", f"/{bucket}", query, {"authorization": ""}, body, "s3", api, bucket)
    call.account, call.region, call.identity = account, region, identity
    where, started = trail.place(call), datetime.now(timezone.utc)
    ids = [("x-amz-request-id", uuid.uuid4().hex[:16].upper())]

    def emit() -> None:
        if where is not None:
            trail.emit(call, Answer(200, ids), where, started, _INVOKED_BY)

    return emit
