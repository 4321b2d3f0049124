"""A function's code in a bucket, also in one of another account, whose policy must then allow it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html:
the bucket is in the function's Region and may be another account's. MiniStack finds buckets of the
function's own account only, and makes a function of nothing where a template's code is missing.
Whether the deployer's own policies allow reading the code is not judged here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region, request_scope
from ministack.services import lambda_svc, s3

from .buckets import bucket_owner


def install() -> None:
    """Wraps MiniStack's reading of code for the Lambda API and for templates."""
    fetch, elsewhere = lambda_svc._fetch_code_from_s3, lambda_svc.s3_code_region_message

    def fetched(bucket: str, key: str, version_id: str | None = None) -> bytes | None:
        caller, owner = get_account_id(), bucket_owner(bucket)
        foreign = owner is not None and owner != caller
        query = {"versionId": version_id} if version_id else {}
        if foreign and not s3._foreign_bucket_allows(owner, bucket, key, "GET", query, caller):
            raise _CodeError(_refused("AccessDenied", "Access Denied"))
        with request_scope(owner or caller, get_region()):
            code: bytes | None = fetch(bucket, key, version_id=version_id)
        if code is None:
            missing = ("NoSuchKey", "The specified key does not exist.")
            raise _CodeError(_refused(*missing if owner else ("NoSuchBucket", "The specified bucket does not exist")))
        return code

    def region_message(bucket: str, layer: bool = False) -> str | None:
        with request_scope(bucket_owner(bucket) or get_account_id(), get_region()):
            return elsewhere(bucket, layer)

    lambda_svc._fetch_code_from_s3, lambda_svc.s3_code_region_message = fetched, region_message
    for name in ("_create_function", "_update_code", "_publish_layer_version"):
        setattr(lambda_svc, name, _answering(getattr(lambda_svc, name)))


# --- internal ---


class _CodeError(ValueError):
    """Code that cannot be read; what AWS says about it."""


def _answering(call: Callable[..., tuple]) -> Callable[..., tuple]:
    """The call, which answers what is wrong with its code; a template fails with it."""

    def called(*given: Any) -> tuple:
        try:
            return call(*given)
        except _CodeError as error:
            answer: tuple = error_response_json("InvalidParameterValueException", str(error), 400)
            return answer

    return called


def _refused(code: str, message: str) -> str:
    return f"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"
