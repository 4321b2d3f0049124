"""The call log: one JSON line for each AWS call that came in, in the file that CALL_LOG names."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from typing import TextIO

from .call import Answer, Call
from .errors import error_of

_files: dict[str, TextIO] = {}


def write(call: Call, answer: Answer, started: datetime, faulted: str | None = None) -> None:
    """Appends the call's line and flushes it."""
    path = os.environ.get("CALL_LOG")
    if not path:
        return
    error = error_of(call, answer)
    line = {
        "time": iso(started),
        "principal": call.principal,
        "function": call.function,
        "service": call.service,
        "api": call.api,
        "bucket": call.bucket,
        "key": call.key,
        "implied": call.implied,
        "status": answer.status,
        "region": call.region,
        "account": call.account,
        "errorCode": error[0] if error else None,
        "requestId": answer.header("x-amz-request-id") or answer.header("x-amzn-requestid"),
    }
    if faulted:
        line["faulted"] = faulted
    file = _files.get(path)
    if file is None:
        file = _files[path] = open(path, "a", encoding="utf-8")  # kept open for the process
    file.write(json.dumps(line, ensure_ascii=False) + "\n")
    file.flush()


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
