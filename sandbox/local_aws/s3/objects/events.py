"""Amazon S3's own events ("Object Created" and so on) in AWS's form, sent after the response.

docs/aws-behaviour.md 7 (captured September 2026) and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
MiniStack's have event-version 1.0, no version-id, and always a size, etag and sequencer, and it
puts them on the bus before it responds to the write.
"""

from __future__ import annotations

import asyncio
import json
import os
import uuid
from contextvars import ContextVar, copy_context
from typing import Any

from ministack.services import eventbridge, s3

from ...faults import faults
from ...signatures import arrived

_fields: ContextVar[dict[str, Any] | None] = ContextVar("local_aws_s3_event", default=None)


def install() -> None:
    """Wraps MiniStack's S3 event and its way to the bus."""
    fire, dispatch = s3._fire_s3_event, eventbridge._dispatch_event

    def firing(bucket: str, key: str, name: str, *args: Any, **fields: Any) -> None:
        token = _fields.set({"name": name, **fields})
        try:
            fire(bucket, key, name, *args, **fields)
        finally:
            _fields.reset(token)

    def dispatching(event: dict[str, Any], view: Any = None) -> None:
        fields = _fields.get()
        if fields is None or event.get("Source") != "aws.s3" or view is not None:
            dispatch(event, view)
            return
        shaped = _shaped(event, fields)
        context = copy_context()
        context.run(_fields.set, None)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            context.run(dispatch, shaped)
            return
        api = str(json.loads(shaped["Detail"]).get("reason", shaped["DetailType"]))
        for delay in faults.event_delays("s3", api, str(shaped["Resources"][0]).rsplit(":", 1)[-1], _delay()):
            loop.call_later(delay, context.copy().run, dispatch, shaped)

    s3._fire_s3_event = firing
    eventbridge._dispatch_event = dispatching


# --- internal ---


def _delay() -> float:
    return float(os.environ.get("S3_EVENTS_DELAY_MS", "20")) / 1000


def _shaped(event: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    detail = json.loads(event["Detail"])
    detail["event-version"] = "1.2"
    subject = detail["object"]
    removed = fields["name"].startswith("s3:ObjectRemoved:")
    if removed:
        subject = {"key": subject["key"], "sequencer": subject["sequencer"]}
    if not fields["name"].startswith(("s3:ObjectCreated:", "s3:ObjectRemoved:")):
        subject.pop("sequencer", None)
    if fields.get("version_id"):
        subject["version-id"] = fields["version_id"]
    detail["object"] = subject
    detail["request-id"] = uuid.uuid4().hex[:16].upper()
    caller = arrived.get()
    if caller is not None:
        detail["requester"] = caller.account
    order = "version event-version bucket object request-id requester source-ip-address reason deletion-type".split()
    detail = {name: detail[name] for name in [*order, *(n for n in detail if n not in order)] if name in detail}
    time = str(event["Time"]).split(".", 1)[0].rstrip("Z") + "Z"
    return {**event, "EventId": str(uuid.uuid4()), "Time": time, "Detail": json.dumps(detail, ensure_ascii=False)}
