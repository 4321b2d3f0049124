"""PutBucketLogging: the target bucket is looked at, and the configuration read.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: the target must be there, in
the same account and Region. That S3 may write to it is not checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from ministack.core.responses import get_account_id
from ministack.services import s3

from ...buckets import bucket_owner, bucket_region
from ..seams import Refusal, Response, around


@dataclass(frozen=True)
class Target:
    """Where a bucket's access logs go."""

    bucket: str
    prefix: str
    partitioned: bool


def log_target(owner: str, bucket: str) -> Target | None:
    """Where the access logs of an account's bucket go, if anywhere."""
    stored = s3._bucket_logging_config.get_scoped(owner, None, bucket)
    return _parsed(str(stored)) if stored else None


@around("_put_bucket_logging")
def put_bucket_logging(inner: Any, name: str, body: bytes) -> Response:
    try:
        target = _parsed(body.decode("utf-8", "replace"))
        if target is not None and name in s3._buckets:
            _judge(name, target.bucket)
    except ParseError:
        return Refusal(400, "MalformedXML", "The XML you provided was not well-formed").response()
    except Refusal as refusal:
        return refusal.response()
    return inner(name, body)


# --- internal ---


def _judge(source: str, target: str) -> None:
    code, owner = "InvalidTargetBucketForLogging", bucket_owner(target)
    if owner is None:
        raise Refusal(400, code, "The target bucket for logging does not exist", TargetBucket=target)
    if owner != get_account_id():
        message = "The owner for the bucket to be logged and the target bucket must be the same."
        raise Refusal(400, code, message, TargetBucket=target)
    if bucket_region(target) != bucket_region(source):
        message = "Cross S3 location logging not allowed."
        raise Refusal(403, "CrossLocationLoggingProhibitted", message, TargetBucketLocation=str(bucket_region(target)))


def _parsed(document: str) -> Target | None:
    enabled = _child(fromstring(document), "LoggingEnabled")
    if enabled is None:
        return None
    texts = {element.tag.rpartition("}")[2]: element.text or "" for element in enabled}
    form = _child(enabled, "TargetObjectKeyFormat")
    partitioned = form is not None and _child(form, "PartitionedPrefix") is not None
    return Target(texts.get("TargetBucket", ""), texts.get("TargetPrefix", ""), partitioned)


def _child(parent: Element, name: str) -> Element | None:
    return next((child for child in parent if child.tag.rpartition("}")[2] == name), None)
