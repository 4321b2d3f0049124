"""A HEAD of an object in a bucket of another Region is a bare 400: no body, and no Region.

botocore's region redirector asks HeadBucket after a 400 or 301 of HeadObject for this reason;
MiniStack sends a 301 with the Region, as HeadBucket does.
"""

from __future__ import annotations

from ministack.services import s3

from .seams import Response


def install() -> None:
    """Wraps MiniStack's answer to a request for another Region."""
    mismatch = s3.region_mismatch_error

    def elsewhere(method: str, bucket: str, key: str, *args: object, **more: object) -> Response:
        if method == "HEAD" and key:
            return 400, {"Content-Type": "application/xml"}, b""
        return mismatch(method, bucket, key, *args, **more)

    s3.region_mismatch_error = elsewhere
