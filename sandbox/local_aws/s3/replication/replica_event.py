"""CloudTrail's record of a replica: a PutObject by S3 in the role's session, in the destination.

Captured on AWS in September 2026; whether S3 sends an event of its own for a replica is unknown.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from typing import Any

from ministack.core.responses import request_scope

from ...call import Answer, Call
from ...trail import trail
from ..encryption.encryption import encryption_of

_SERVICE = "s3.amazonaws.com"


def announce_replica(session: Call, bucket: str, key: str, record: dict[str, Any], data: bytes) -> None:
    """Sends the event of a replica that was just written; ``session`` is the role's."""
    identity = {**session.identity, "invokedBy": _SERVICE}
    call = Call("PUT", f"/{bucket}/{key}", {}, {"authorization": ""}, data, "s3", "PutObject", bucket, key=key)
    call.account, call.region, call.identity = session.account, session.region, identity
    where = trail.place(call)
    sent = {**encryption_of(record).headers(), "x-amz-version-id": str(record.get("version_id"))}
    ids = [("x-amz-request-id", uuid.uuid4().hex[:16].upper())]
    if where is not None:
        with request_scope(session.account, session.region):
            trail.emit(call, Answer(200, [*ids, *sent.items()]), where, datetime.now(timezone.utc), _SERVICE)
