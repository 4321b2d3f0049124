"""`If-Match` and `If-None-Match` of PutObject, CompleteMultipartUpload and CopyObject.

They are about the object that the write replaces.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html;
docs/aws-behaviour.md 4.2: a wrong ETag is a 412 that names the condition, a key that is absent
or whose current version is a delete marker a 404, and forms AWS does not know a 501.
"""

from __future__ import annotations

from typing import Any

from ..seams import Refusal, Response, around


@around("_check_put_preconditions")
def check_destination(inner: Any, headers: dict[str, str], existing: dict | None) -> Response | None:
    try:
        judge_destination(headers, existing)
    except Refusal as refusal:
        return refusal.response()
    return None


def judge_destination(headers: dict[str, str], existing: dict | None) -> None:
    """Judges the conditions against the current object (None: absent, or a delete marker). Raises
    Refusal.
    """
    if_match, if_none_match = headers.get("if-match"), headers.get("if-none-match")
    if if_match and if_none_match:
        raise _not_implemented("If-Match,If-None-Match", "Multiple conditional request headers present in the request")
    if if_match == "*":
        raise _not_implemented("If-Match", "We don't accept the provided value of If-Match header for this API")
    if if_none_match and if_none_match != "*":
        raise _not_implemented(
            "If-None-Match", "We don't accept the provided value of If-None-Match header for this API"
        )
    if if_none_match and existing is not None:
        raise failed("If-None-Match")
    if not if_match:
        return
    if existing is None:
        raise Refusal(404, "NoSuchKey", "The specified key does not exist.")
    if if_match.strip('"') != str(existing["etag"]).strip('"'):
        raise failed("If-Match")


def failed(condition: str) -> Refusal:
    """The error of a condition that does not hold."""
    message = "At least one of the pre-conditions you specified did not hold"
    return Refusal(412, "PreconditionFailed", message, Condition=condition)


# --- internal ---


def _not_implemented(header: str, reason: str) -> Refusal:
    message = "A header you provided implies functionality that is not implemented"
    return Refusal(501, "NotImplemented", message, Header=header, additionalMessage=reason)
