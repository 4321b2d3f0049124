"""Website endpoints: anonymous reads with an index document, and errors as pages.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/IndexDocumentSupport.html: GET and HEAD only,
for objects that everybody may read. The host is ``BUCKET.s3-website.REGION.…`` or
``BUCKET.s3-website-REGION.…``. Error documents and redirects are left out.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import fromstring

from ministack.services import s3

from ...buckets import bucket_owner
from ...call import Answer, Call
from ...errors import error_of, s3_error

_HOST = re.compile(rb"([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3-website[.-]")
_KEPT = (b"user-agent", b"range", b"if-match", b"if-none-match", b"if-modified-since")
_MARK = b"x-local-aws-website"


def addressed(scope: dict[str, Any]) -> dict[str, Any]:
    """The request to a website as an anonymous one for the object; any other unchanged."""
    headers = dict(scope.get("headers") or [])
    found = _HOST.match(headers.get(b"host", b""))
    if found is None:
        return scope
    path = f"/{found[1].decode()}{scope['path']}"
    kept = [(name, value) for name, value in headers.items() if name in _KEPT]
    changed = {"path": path, "raw_path": quote(path).encode(), "query_string": b""}
    return {**scope, **changed, "headers": [*kept, (b"host", b"s3.localhost"), (_MARK, b"1")]}


async def before(call: Call) -> Answer | None:
    """Finds the object that the path means."""
    if _MARK.decode() not in call.headers:
        return None
    if call.method not in ("GET", "HEAD"):
        return s3_error(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
    suffix = _index(call.bucket)
    if suffix is None:
        message = "The specified bucket does not have a website configuration"
        return s3_error(404, "NoSuchWebsiteConfiguration", message)
    if not call.key or call.key.endswith("/"):
        call.key = f"{call.key or ''}{suffix}"
        call.path = f"/{call.bucket}/{call.key}"
        call.raw_path = quote(call.path)
    return None


async def after(call: Call, answer: Answer) -> Answer:
    """An error is a page."""
    error = error_of(call, answer) if _MARK.decode() in call.headers else None
    if error is None:
        return answer
    lines = [f"<li>Code: {escape(error[0])}</li>", f"<li>Message: {escape(error[1])}</li>"]
    page = f"<html><head><title>{answer.status}</title></head><body><ul>{''.join(lines)}</ul></body></html>"
    return answer.with_body(page.encode()).with_header("content-type", "text/html; charset=utf-8")


# --- internal ---


def _index(bucket: str | None) -> str | None:
    owner = bucket_owner(bucket)
    stored = s3._bucket_websites.get_scoped(owner, None, bucket) if owner else None
    if not stored:
        return None
    suffixes = (element.text for element in fromstring(stored).iter() if element.tag.rpartition("}")[2] == "Suffix")
    return next((text for text in suffixes if text), "")
