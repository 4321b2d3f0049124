"""One write at a time per object (and per bucket's settings): a check and its write are atomic."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from .call import Call

_locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()


@asynccontextmanager
async def write_lock(call: Call) -> AsyncIterator[None]:
    """Holds the lock of the object or bucket that the call writes; reads and other services hold
    none.
    """
    if call.service != "s3" or not call.bucket or not call.is_write():
        yield
        return
    name = (call.bucket, call.key or "")
    lock = _locks.get(name)
    if lock is None:
        lock = _locks[name] = asyncio.Lock()
    async with lock:
        yield
