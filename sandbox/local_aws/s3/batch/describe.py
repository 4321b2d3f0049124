"""What DescribeJob and ListJobs say of a job.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_JobDescriptor.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_JobListDescriptor.html
"""

from __future__ import annotations

from typing import Any

from .job import AWAITING, Job

_ASKED = ("ConfirmationRequired", "Description", "Manifest", "ManifestGenerator", "Operation", "Report", "RoleArn")


def described(job: Job) -> dict[str, Any]:
    """DescribeJob's answer."""
    found = {
        "JobArn": job.arn,
        **{name: job.request[name] for name in _ASKED if name in job.request},
        **_common(job),
    }
    if job.reason:
        found["StatusUpdateReason"] = job.reason
    if job.failures:
        found["FailureReasons"] = [{"FailureCode": code, "FailureReason": text} for code, text in job.failures]
    if job.suspended:
        found.update(SuspendedDate=job.suspended, SuspendedCause=AWAITING)
    return found


def listed(job: Job) -> dict[str, Any]:
    """The job in ListJobs' answer."""
    described_as = {"Description": job.request["Description"]} if "Description" in job.request else {}
    return {**described_as, "Operation": job.operation, **_common(job)}


# --- internal ---


def _common(job: Job) -> dict[str, Any]:
    with job.lock:
        counts = {
            "TotalNumberOfTasks": len(job.tasks),
            "NumberOfTasksSucceeded": job.succeeded,
            "NumberOfTasksFailed": job.failed,
        }
        found = {"JobId": job.id, "Status": job.status, "Priority": job.priority, "CreationTime": job.created}
        ended = {"TerminationDate": job.ended} if job.ended else {}
        return {**found, "ProgressSummary": counts, **ended}
