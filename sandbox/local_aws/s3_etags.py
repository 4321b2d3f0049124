"""The ETag of a new object in its event and in a form upload's answer: what the object says.

MiniStack says the MD5 of the bytes there, which an object under KMS or SSE-C has not (aws-captures-s3.md 2.2).
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from ministack.services import s3

from .s3_seams import Response, around

#: Gathers the ETags of the objects a form upload makes: only the event knows the key of its form.
_posted: ContextVar[list[str] | None] = ContextVar("posted", default=None)


@around("_fire_s3_event_async")
def announce(inner: Any, bucket: str, key: str, event: str, *args: Any, **kwargs: Any) -> None:
    created = s3._buckets[bucket]["objects"].get(key) if event.startswith("s3:ObjectCreated:") else None
    if created is not None:
        kwargs["etag"] = created["etag"]
        gathered = _posted.get()
        if gathered is not None:
            gathered.append(created["etag"])
    inner(bucket, key, event, *args, **kwargs)


@around("_post_object")
def post_object(inner: Any, bucket: str, body: bytes, headers: dict) -> Response:
    gathered: list[str] = []
    token = _posted.set(gathered)
    try:
        status, answered, document = inner(bucket, body, headers)
    finally:
        _posted.reset(token)
    if not gathered:
        return status, answered, document
    former, etag = answered["ETag"].strip('"').encode(), gathered[-1].strip('"').encode()
    return status, {**answered, "ETag": gathered[-1]}, document.replace(former, etag)
