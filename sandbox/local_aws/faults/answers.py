"""Throttling and internal errors of each service, in the form an SDK recognises.

S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; KMS, DynamoDB, SQS, SNS,
Lambda, Organizations: the error lists of their API references.
"""

from __future__ import annotations

from ..call import Answer, Call
from ..errors import service_error

_THROTTLES: dict[str, tuple[int, str, str]] = {
    "s3": (503, "SlowDown", "Please reduce your request rate."),
    "dynamodb": (400, "ProvisionedThroughputExceededException", "The level of configured throughput was exceeded."),
    "lambda": (429, "TooManyRequestsException", "Rate Exceeded."),
    "organizations": (400, "TooManyRequestsException", "Rate exceeded"),
    "sqs": (400, "RequestThrottled", "The request was denied due to request throttling."),
    "cloudformation": (400, "Throttling", "Rate exceeded"),
    "iam": (400, "Throttling", "Rate exceeded"),
    "sns": (400, "Throttling", "Rate exceeded"),
    "sts": (400, "Throttling", "Rate exceeded"),
}
_INTERNAL: dict[str, str] = {
    "s3": "InternalError",
    "sns": "InternalError",
    "sqs": "InternalError",
    "kms": "KMSInternalException",
    "dynamodb": "InternalServerError",
    "ssm": "InternalServerError",
    "lambda": "ServiceException",
    "organizations": "ServiceException",
    "events": "InternalException",
}


def throttle(call: Call) -> Answer:
    """The called service's throttling error."""
    return service_error(call, *_THROTTLES.get(call.service, (400, "ThrottlingException", "Rate exceeded")))


def kms_throttle(call: Call) -> Answer:
    """S3's error for a call that KMS throttled. None was ever captured: it is named like KMS's
    other errors.
    """
    return service_error(call, 400, "KMS.ThrottlingException", "You have exceeded the rate at which you may call KMS.")


def expired(call: Call) -> Answer:
    """Temporary credentials that expired while the call was under way."""
    code = "ExpiredToken" if call.service == "s3" else "ExpiredTokenException"
    return service_error(call, 400, code, "The provided token has expired.")


def instead(kind: str, call: Call) -> Answer:
    """The error that a fault returns instead of the service's response."""
    answers = {"throttle": throttle, "kmsThrottle": kms_throttle, "expired": expired}
    return answers.get(kind, internal_error)(call)


def internal_error(call: Call) -> Answer:
    """The called service's internal error."""
    code = _INTERNAL.get(call.service, "InternalFailure")
    return service_error(call, 500, code, "We encountered an internal error. Please try again.")
