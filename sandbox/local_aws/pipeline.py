"""The pipeline of a call through the local AWS: faults, hooks, MiniStack, hooks, log, CloudTrail.

A module listed in ``modules.py`` may define ``async begin(call)``, ``async before(call) ->
Answer | None`` and ``async after(call, answer) -> Answer``. ``begin`` runs before a write waits
for its lock. Hooks run in the order of the list. The first ``before`` that returns a response
ends the ``before`` hooks and MiniStack is not called; ``after`` hooks run for every response,
errors and hooks' own included.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timezone
from importlib import import_module, util
from urllib.parse import urlencode

from . import call_log, inner
from .faults import answers as fault_answers, faults
from .trail import trail
from .call import Answer, Call
from .control import PREFIX, control
from .errors import service_error, with_s3_request_id
from .locks import write_lock
from .modules import MODULES
from .requests import body_of, read
from .s3.access.website import addressed
from .signatures import arrived

Receive = Callable[[], Awaitable[dict]]
Send = Callable[[dict], Awaitable[None]]

_PASSED = ("/_", "/health")
# The hooks of the modules, in their order.
_begins: list[Callable[[Call], Awaitable[None]]] = []
_befores: list[Callable[[Call], Awaitable[Answer | None]]] = []
_afters: list[Callable[[Call, Answer], Awaitable[Answer]]] = []


async def application(scope: dict, receive: Receive, send: Send) -> None:
    """The ASGI application."""
    if scope["type"] != "http":
        await inner.application()(scope, receive, send)
    elif scope["path"].startswith(PREFIX):
        answer = control(scope["method"], scope["path"], scope.get("query_string", b""), await body_of(receive))
        await _send(send, scope["method"], answer)
    elif scope["path"].startswith(_PASSED):
        await inner.application()({**scope, "scheme": "https"}, receive, send)
    else:
        scope = addressed(scope)
        call, first = await read(scope, receive)
        call.state["arrived_headers"] = first.headers
        token = arrived.set(first)
        try:
            answer = await _faulty(call, scope, receive)
        finally:
            arrived.reset(token)
        await _send(send, call.method, answer)


def load() -> None:
    """Imports the hook modules; one that does not exist yet is left out."""
    for name in MODULES:
        full = f"{__package__}.{name}"
        if util.find_spec(full) is None:
            continue
        module = import_module(full)
        for hook, hooks in (("begin", _begins), ("before", _befores), ("after", _afters)):
            if hasattr(module, hook):
                hooks.append(getattr(module, hook))


# --- internal ---


async def _faulty(call: Call, scope: dict, receive: Receive) -> Answer:
    """Runs the call, or what a fault makes of it."""
    fault = faults.call_fault(call)
    if fault is None:
        return await _logged(call, scope)
    if fault.kind == "slow":
        await asyncio.sleep((fault.delayMs or 0) / 1000)
    if fault.kind == "timeout":
        await _silence(receive, (fault.delayMs or 60_000) / 1000)
    if fault.kind in ("timeout", "throttle", "kmsThrottle", "expired", "error500"):
        answer = fault_answers.instead(fault.kind, call)
        call_log.write(call, answer, datetime.now(timezone.utc), fault.kind)
        return answer
    if fault.kind == "twice":
        again = replace(call, headers=dict(call.headers), query=dict(call.query), implied=[], state=dict(call.state))
        await _logged(again, scope, fault.kind)
    answer = await _logged(call, scope, fault.kind)
    return fault_answers.internal_error(call) if fault.kind == "after500" else answer


async def _logged(call: Call, scope: dict, fault: str | None = None) -> Answer:
    started = datetime.now(timezone.utc)
    where = trail.place(call)
    answer = await _answer(call, scope)
    call_log.write(call, answer, started, fault)
    if where is not None:
        trail.emit(call, answer, where, started, (scope.get("client") or ("127.0.0.1",))[0])
    return answer


async def _silence(receive: Receive, seconds: float) -> None:
    """Waits until the caller gives up."""
    try:
        await asyncio.wait_for(receive(), seconds)
    except asyncio.TimeoutError:
        return


async def _answer(call: Call, scope: dict) -> Answer:
    for begin in _begins:
        await begin(call)
    async with write_lock(call):
        try:
            answer = await _before(call)
            if answer is None:
                answer = with_s3_request_id(call, await inner.pass_on(call, scope))
            for after in _afters:
                answer = await after(call, answer)
            return answer
        except Exception:  # an error of the sandbox must look like one of AWS, and be seen here
            traceback.print_exc(file=sys.stderr)
            return service_error(call, 500, "InternalError", "The sandbox failed; see its log.")


async def _before(call: Call) -> Answer | None:
    query = dict(call.query)
    for before in _befores:
        answer = await before(call)
        if answer is not None:
            return answer
    if call.query != query:
        call.raw_query = urlencode(call.query)
    return None


async def _send(send: Send, method: str, answer: Answer) -> None:
    headers = answer.headers
    if method != "HEAD" and answer.status not in (204, 304):
        headers = answer.with_header("content-length", str(len(answer.body))).headers
    raw = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else answer.body, "more_body": False})
