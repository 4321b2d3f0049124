"""The way of a call through the local AWS: hooks, MiniStack, hooks, log.

A module listed in ``MODULES`` may define ``async before(call) -> Answer | None`` and
``async after(call, answer) -> Answer``. The hooks run in the order of the list. The first ``before`` that returns an
answer ends the run of ``before`` hooks and MiniStack is not asked; ``after`` hooks run for every answer, whoever gave
it, also for errors.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone
from importlib import import_module, util
from types import ModuleType
from urllib.parse import urlencode

from . import call_log, inner, trail
from .call import Answer, Call
from .errors import service_error, with_s3_request_id
from .locks import write_lock
from .requests import read
from .signatures import arrived

MODULES = [
    "s3_owner",
    "s3_bucket_encryption",
    "s3_object_encryption",
    "s3_reads",
    "s3_multipart",
    "s3_implied",
    "s3_conditional_writes",
    "s3_copy_source",
    "s3_copy",
    "s3_update_object_encryption",
    "s3_control",
]
_PASSED = ("/_", "/health")
_modules: list[ModuleType] = []


async def application(scope: dict, receive: Callable[[], Awaitable[dict]], send: Callable[[dict], Awaitable[None]]) -> None:
    """The ASGI application."""
    if scope["type"] != "http" or scope["path"].startswith(_PASSED):
        await inner.application()({**scope, "scheme": "https"} if scope["type"] == "http" else scope, receive, send)
        return
    started = datetime.now(timezone.utc)
    call, first = await read(scope, receive)
    call.state["arrived_headers"] = first.headers
    where = trail.place(call)
    token = arrived.set(first)
    try:
        answer = await _answer(call, scope)
    finally:
        arrived.reset(token)
    call_log.write(call, answer, started)
    if where is not None:
        trail.emit(call, answer, where, started, (scope.get("client") or ("127.0.0.1",))[0])
    await _send(send, call, answer)


def load() -> None:
    """Imports the hook modules; one that does not exist yet is left out."""
    for name in MODULES:
        full = f"{__package__}.{name}"
        if util.find_spec(full) is not None:
            _modules.append(import_module(full))


# --- internal ---


async def _answer(call: Call, scope: dict) -> Answer:
    async with write_lock(call):
        try:
            answer = await _before(call)
            if answer is None:
                answer = with_s3_request_id(call, await inner.pass_on(call, scope))
            for module in _modules:
                if hasattr(module, "after"):
                    answer = await module.after(call, answer)
            return answer
        except Exception:  # noqa: BLE001 an error of the sandbox must look like one of AWS, and be seen here
            traceback.print_exc(file=sys.stderr)
            return service_error(call, 500, "InternalError", "The sandbox failed; see its log.")


async def _before(call: Call) -> Answer | None:
    query = dict(call.query)
    for module in _modules:
        if hasattr(module, "before"):
            answer = await module.before(call)
            if answer is not None:
                return answer
    if call.query != query:
        call.raw_query = urlencode(call.query)
    return None


async def _send(send: Callable[[dict], Awaitable[None]], call: Call, answer: Answer) -> None:
    head = call.method == "HEAD"
    headers = answer.headers
    if not head and answer.status not in (204, 304):
        headers = answer.with_header("content-length", str(len(answer.body))).headers
    raw = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if head else answer.body, "more_body": False})
