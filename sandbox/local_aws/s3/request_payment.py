"""GetBucketRequestPayment: MiniStack has it but never reaches it, and lists the objects instead.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import s3

from .seams import Response, around


@around("_dispatch")
def dispatch(inner: Any, method: str, bucket: str, key: str, headers: dict, body: bytes, query: dict) -> Response:
    if method != "GET" or key or "requestPayment" not in query:
        return inner(method, bucket, key, headers, body, query)
    status, answered, document = s3._get_bucket_request_payment(bucket)
    return status, answered, document.encode() if isinstance(document, str) else document
