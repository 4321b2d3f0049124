"""The ETag of a new object in its event: the object's own.

MiniStack gives the MD5 of the bytes there, which is not the ETag of an object under KMS or SSE-C
(docs/aws-behaviour.md 2.2).
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from ministack.services import s3

from ..seams import around

#: Gathers the ETags of the objects a form upload makes: MiniStack's response has the MD5 too.
posted: ContextVar[list[str] | None] = ContextVar("posted", default=None)


@around("_fire_s3_event_async")
def announce(inner: Any, bucket: str, key: str, event: str, *args: Any, **kwargs: Any) -> None:
    created = s3._buckets[bucket]["objects"].get(key) if event.startswith("s3:ObjectCreated:") else None
    if created is not None:
        kwargs["etag"] = created["etag"]
        gathered = posted.get()
        if gathered is not None:
            gathered.append(created["etag"])
    inner(bucket, key, event, *args, **kwargs)
