"""Server access logs: each request to a bucket that logs is a line in an object of its target.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html (keys). On
AWS lines come within hours; here after ACCESS_LOGS_DELAY_MS (default 100), gathered in one object.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from contextvars import Context
from datetime import datetime, timezone

from ministack.services import s3

from .delivery import S3_LOGS, deliver
from .logging import Target, log_target
from ...buckets import bucket_owner, bucket_region
from ...call import Answer, Call
from ...errors import error_of
from ...iam.service_principal import Sender

_gathered: dict[tuple[str, Target], list[str]] = {}


async def after(call: Call, answer: Answer) -> Answer:
    """Notes a line for a request to a bucket that logs, and sends it a little later."""
    if call.service != "s3" or not s3._bucket_logging_config._data:
        return answer
    owner = bucket_owner(call.bucket)
    target = log_target(owner, call.bucket) if owner and call.bucket else None
    if target is None or owner is None or call.bucket is None:
        return answer
    lines = _gathered.setdefault((call.bucket, target), [])
    lines.append(_line(call, answer, owner))
    if len(lines) == 1:
        delay = float(os.environ.get("ACCESS_LOGS_DELAY_MS", "100")) / 1000
        loop = asyncio.get_running_loop()
        loop.call_later(delay, _send, call.bucket, owner, target, context=Context())
    return answer


# --- internal ---


def _send(bucket: str, owner: str, target: Target) -> None:
    lines = _gathered.pop((bucket, target), [])
    sender = Sender(S3_LOGS, f"arn:aws:s3:::{bucket}", owner)
    deliver(sender, target.bucket, _key(bucket, owner, target), "".join(lines).encode())


def _key(bucket: str, owner: str, target: Target) -> str:
    now, unique = datetime.now(timezone.utc), secrets.token_hex(8).upper()
    day = f"{owner}/{bucket_region(bucket)}/{bucket}/{now:%Y/%m/%d}/" if target.partitioned else ""
    return f"{target.prefix}{day}{now:%Y-%m-%d-%H-%M-%S}-{unique}"


def _line(call: Call, answer: Answer, owner: str) -> str:
    """The fields in AWS's order; ``-`` for what does not apply."""
    error = error_of(call, answer)
    resource = "OBJECT" if call.key else "BUCKET"
    fields = [
        owner,
        call.bucket,
        f"[{datetime.now(timezone.utc):%d/%b/%Y:%H:%M:%S +0000}]",
        "127.0.0.1",
        call.principal,
        answer.header("x-amz-request-id"),
        f"REST.{call.method}.{resource}",
        call.key,
        f'"{call.method} {call.raw_path} HTTP/1.1"',
        str(answer.status),
        error[0] if error else None,
        str(len(answer.body)),
        str(len(call.body)) if call.method == "PUT" else None,
        "1",
        "1",
        '"-"',
        f'"{call.headers.get("user-agent", "-")}"',
        call.version_id,
    ]
    return " ".join(field or "-" for field in fields) + "\n"
