"""MiniStack itself, called as a function."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, urlencode

from .buckets import bucket_owner
from .call import Answer, Call
from .signatures import arrived

Asgi = Callable[[dict, Callable[[], Awaitable[dict]], Callable[[dict], Awaitable[None]]], Awaitable[None]]
_application: list[Asgi] = []


def install(application: Asgi) -> None:
    """Stores MiniStack's own application."""
    _application[:] = [application]


def application() -> Asgi:
    """MiniStack's own application."""
    return _application[0]


async def pass_on(call: Call, scope: dict) -> Answer:
    """Passes the call, as the hooks left it, to MiniStack as its caller."""
    headers = {**call.headers, "content-length": str(len(call.body))} if _has_body(call) else call.headers
    given = {
        **scope,
        "scheme": "https",
        "path": call.path,
        "raw_path": call.raw_path.encode("latin-1"),
        "query_string": call.raw_query.encode("latin-1"),
        "headers": [(name.encode("latin-1"), value.encode("utf-8")) for name, value in headers.items()],
    }
    return await run(given, call.body)


async def inner_request(
    call: Call,
    method: str | None = None,
    path: str | None = None,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    account: str | None = None,
) -> Answer:
    """Makes a side call to MiniStack as the root of ``account`` (default: the bucket's owner or the
    caller's account).

    It runs in the call's Region, without hooks, faults, log line, lock or CloudTrail event.
    ``path`` is decoded ("/bucket/a key") and, like ``method``, the call's unless given;
    ``query`` and ``headers`` are empty unless given.
    """
    owner = account or bucket_owner(call.bucket) or call.account
    where = path if path is not None else call.path
    service = {"s3control": "s3"}.get(call.service, call.service)
    credential = f"{owner}/20260101/{call.region}/{service}/aws4_request"
    sent = {
        "host": "127.0.0.1",
        **(headers or {}),
        "authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0",
        "content-length": str(len(body)),
    }
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": method or call.method,
        "scheme": "https",
        "path": where,
        "raw_path": quote(where, safe="/-_.~").encode(),
        "query_string": urlencode(query or {}).encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 0),
    }
    token = arrived.set(None)
    try:
        return await run(scope, body)
    finally:
        arrived.reset(token)


async def run(scope: dict, body: bytes) -> Answer:
    """One request to MiniStack in a context of its own: account and Region are context variables.
    """
    return await asyncio.ensure_future(_run(scope, body))


# --- internal ---


def _has_body(call: Call) -> bool:
    return bool(call.body) or "content-length" in call.headers


async def _run(scope: dict, body: bytes) -> Answer:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]
    answer = Answer(500)
    chunks: list[bytes] = []

    async def receive() -> dict:
        if waiting:
            return waiting.pop()
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: dict) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in message.get("headers", [])]
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    await application()(scope, receive, send)
    answer.body = b"".join(chunks)
    return answer
