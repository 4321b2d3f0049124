"""A message of a service's own, put into a queue of MiniStack's."""

from __future__ import annotations

import hashlib
import time
import uuid
from typing import Any

from ministack.services import lambda_svc, sqs


def enqueue(queue: dict[str, Any], body: str, facts: dict[str, str]) -> None:
    """Puts it there as if it was sent, with its facts as attributes, and wakes what polls queues."""
    now = time.time()
    message = {
        "id": str(uuid.uuid4()),
        "body": body,
        "md5_body": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        "receipt_handle": None,
        "sent_at": now,
        "visible_at": now,
        "receive_count": 0,
        "attributes": {},
        "message_attributes": {
            name: {"DataType": "String", "StringValue": str(value)} for name, value in facts.items() if value
        },
        "sys": {"SenderId": "AROAEXAMPLE", "SentTimestamp": str(int(now * 1000))},
    }
    queue["messages"].append(message)
    sqs._ensure_msg_fields(message)
    lambda_svc.esm_wake.set()
