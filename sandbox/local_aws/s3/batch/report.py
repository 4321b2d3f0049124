"""The completion report of a job, always under SSE-S3.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html: its schema
names the error code before the HTTP status, and AWS's examples have them the other way round;
here they are as in the examples.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import secrets
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

from .job import Job
from .tasks import Outcome

_SCHEMA = "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage"


def write_report(job: Job, outcomes: list[Outcome], client: Any) -> None:
    """Writes it as the job's role, if one is wanted and any task was run. Raises ClientError."""
    wanted = job.request["Report"]
    if not wanted["Enabled"] or not outcomes:
        return
    bucket = str(wanted["Bucket"]).rsplit(":", 1)[-1]
    prefix = str(wanted.get("Prefix", "")).rstrip("/")
    folder = f"{prefix}/job-{job.id}" if prefix else f"job-{job.id}"
    owner = {"ExpectedBucketOwner": wanted["ExpectedBucketOwner"]} if "ExpectedBucketOwner" in wanted else {}

    def put(key: str, body: bytes) -> None:
        client.put_object(Bucket=bucket, Key=key, Body=body, ServerSideEncryption="AES256", **owner)

    files = []
    for status in ("succeeded", "failed"):
        rows = [one for one in outcomes if (status == "failed") == bool(one.code)]
        if not rows or (status == "succeeded" and wanted["ReportScope"] != "AllTasks"):
            continue
        body = _csv(status, rows)
        key = f"{folder}/results/{secrets.token_hex(20)}.csv"
        put(key, body)
        digest = hashlib.md5(body).hexdigest()
        files.append({"TaskExecutionStatus": status, "Bucket": bucket, "MD5Checksum": digest, "Key": key})
    top = {
        "Format": "Report_CSV_20180820",
        "ReportCreationDate": datetime.now(timezone.utc).isoformat(timespec="milliseconds")[:23] + "Z",
        "Results": files,
        "ReportSchema": _SCHEMA,
    }
    put(f"{folder}/manifest.json", json.dumps(top).encode())


# --- internal ---


def _csv(status: str, rows: list[Outcome]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        task = row.task
        named = (task.bucket, quote(task.key, safe="/"), task.version or "")
        writer.writerow((*named, status, row.http, row.code, row.message))
    return out.getvalue().encode()
