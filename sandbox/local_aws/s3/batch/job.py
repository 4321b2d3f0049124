"""A job of S3 Batch Operations, its states, and the events about them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-event-bridge-cloud-trail.html:
events are service events of CloudTrail. EventBridge promises no order; here each takes its own time.
"""

from __future__ import annotations

import random
import secrets
import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ...bus import bus

ENDED = ("Complete", "Failed", "Cancelled")
#: The only cause of a suspension.
AWAITING = "AWAITING_CONFIRMATION"


@dataclass(frozen=True)
class Task:
    """One object of a manifest."""

    bucket: str
    key: str
    version: str | None


@dataclass
class Job:
    """`request` is CreateJob's, as botocore names it; `lock` guards the status."""

    account: str
    region: str
    request: dict[str, Any]
    tags: dict[str, str]
    priority: int
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    status: str = "New"
    suspended: datetime | None = None
    ended: datetime | None = None
    reason: str | None = None
    cancelled: bool = False
    tasks: list[Task] = field(default_factory=list)
    succeeded: int = 0
    failed: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def arn(self) -> str:
        return f"arn:aws:s3:{self.region}:{self.account}:job/{self.id}"

    @property
    def operation(self) -> str:
        return next(iter(self.request["Operation"]))

    @property
    def session(self) -> str:
        """The session name of the job's role."""
        return f"s3-batch-operations_{self.id}"

    def move(self, status: str) -> None:
        """Changes the status and tells of it; a job that was cancelled can only become Cancelled."""
        with self.lock:
            if self.cancelled and status not in ("Cancelling", "Cancelled"):
                return
            self.status = status
            self.ended = datetime.now(timezone.utc) if status in ENDED else None
            self.suspended = datetime.now(timezone.utc) if status == "Suspended" else self.suspended
        self.tell("JobStatusChanged")

    def fail(self, code: str, reason: str) -> None:
        """Ends the job without a list of objects, or without a role."""
        self.failures.append((code, reason))
        if self.cancelled:
            self.move("Cancelled")
            return
        self.move("Failing")
        self.move("Failed")

    def tell(self, name: str) -> None:
        """Puts an event about the job on the bus, a little later."""
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        record = {
            "eventVersion": "1.08",
            "userIdentity": {"accountId": self.account, "invokedBy": "s3.amazonaws.com"},
            "eventTime": now,
            "eventSource": "s3.amazonaws.com",
            "eventName": name,
            "awsRegion": self.region,
            "sourceIPAddress": "s3.amazonaws.com",
            "userAgent": "s3.amazonaws.com",
            "requestParameters": None,
            "responseElements": None,
            "eventID": str(uuid.uuid4()),
            "readOnly": False,
            "eventType": "AwsServiceEvent",
            "recipientAccountId": self.account,
            "serviceEventDetails": {
                "jobId": self.id,
                "jobArn": self.arn,
                "status": self.status,
                "jobEventId": secrets.token_hex(16),
                "failureCodes": [code for code, _ in self.failures],
                "statusChangeReason": [self.reason] if self.reason else [],
            },
        }
        kind = "AWS Service Event via CloudTrail"
        event = bus.Event("aws.s3", kind, self.account, self.region, now, record)
        bus.later(random.uniform(0.02, 0.2), event)
