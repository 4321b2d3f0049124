"""A copy takes time: it reads its source when it begins and writes it when it ends.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html. The destination may be
written in between: only the condition on the destination (`If-Match`), checked when the copy is
written, prevents a copy from overwriting that. Otherwise a copy would be one step here and never
lose a race. S3_COPY_MS is its duration (default 30).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ministack.services import s3

from ...buckets import bucket_owner
from ...call import Call
from .copy_source import CopySource, copy_source

_READ = "copy_source_read"


async def begin(call: Call) -> None:
    """Reads the current source of a copy; a source named by its version never changes."""
    if call.api != "CopyObject":
        return
    source = copy_source(call.headers)
    if source is not None and source.version is None:
        bucket = s3._buckets.get_scoped(bucket_owner(source.bucket), None, source.bucket) or {}
        call.state[_READ] = bucket.get("objects", {}).get(source.key)
    await asyncio.sleep(float(os.environ.get("S3_COPY_MS", "30")) / 1000)


@contextmanager
def as_read(call: Call | None, source: CopySource) -> Iterator[None]:
    """Called when MiniStack reads the source: shows it the one that was current when the copy
    began, if other bytes replaced it.

    Which one S3 copies if the same bytes were written again meanwhile, which no condition can
    tell, is unknown: here the newer.
    """
    read: dict[str, Any] | None = None if call is None else call.state.get(_READ)
    objects = s3._buckets[source.bucket]["objects"] if source.bucket in s3._buckets else {}
    now = objects.get(source.key)
    if read is None or (now is not None and read["etag"] == now["etag"]):
        yield
        return
    objects[source.key] = read
    try:
        yield
    finally:
        if objects.get(source.key) is read:
            objects.pop(source.key)
            if now is not None:
                objects[source.key] = now
