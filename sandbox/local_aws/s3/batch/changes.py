"""Changes to a job: its status, its priority and its tags.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_UpdateJobStatus.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_UpdateJobPriority.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutJobTagging.html
"""

from __future__ import annotations

from typing import Any

from ...call import Call
from ..seams import Refusal
from .job import ENDED, Job
from .rights import named, tag_keys, tags_in
from .run import go_on
from .wire import parsed

_ENDING = (*ENDED, "Completing", "Failing")


def update_status(call: Call, jobs: list[Job]) -> dict[str, Any]:
    """UpdateJobStatus: confirms a suspended job, or cancels one."""
    job = named(call, jobs, "s3:UpdateJobStatus", cause=True)
    wanted = call.query.get("requestedJobStatus")
    with job.lock:
        if wanted == "Ready" and job.status == "Suspended":
            job.reason = call.query.get("statusUpdateReason")
            job.move("Ready")
            go_on(job)
        elif wanted == "Cancelled" and job.status not in _ENDING:
            job.reason, job.cancelled = call.query.get("statusUpdateReason"), True
            waits = job.status == "Suspended"
            job.move("Cancelling")
            if waits:
                job.move("Cancelled")
        elif wanted in ("Ready", "Cancelled"):
            raise Refusal(400, "JobStatusException", f"A job that is {job.status} cannot become {wanted}.")
        else:
            raise Refusal(400, "InvalidRequest", "The requested status is Ready or Cancelled.")
    return {"JobId": job.id, "Status": job.status, **({"StatusUpdateReason": job.reason} if job.reason else {})}


def update_priority(call: Call, jobs: list[Job]) -> dict[str, Any]:
    """UpdateJobPriority."""
    asked = call.query.get("priority", "")
    job = named(call, jobs, "s3:UpdateJobPriority", {"s3:RequestJobPriority": asked})
    if not asked.isdigit() or int(asked) >= 2**31:
        raise Refusal(400, "InvalidRequest", "The priority is a number from 0 to 2147483647.")
    if job.status in ENDED:
        raise Refusal(400, "JobStatusException", f"The job is {job.status}.")
    job.priority = int(asked)
    return {"JobId": job.id, "Priority": job.priority}


def get_tags(call: Call, jobs: list[Job]) -> dict[str, Any]:
    """GetJobTagging."""
    job = named(call, jobs, "s3:GetJobTagging")
    return {"Tags": [{"Key": name, "Value": value} for name, value in job.tags.items()]}


def put_tags(call: Call, jobs: list[Job]) -> dict[str, Any]:
    """PutJobTagging: replaces all tags."""
    given = parsed(call)
    tags = tags_in(given)
    job = named(call, jobs, "s3:PutJobTagging", tag_keys(tags))
    if len(given["Tags"]) > 50:
        raise Refusal(400, "TooManyTagsException", "A job can have at most 50 tags.")
    job.tags = tags
    return {}


def delete_tags(call: Call, jobs: list[Job]) -> dict[str, Any]:
    """DeleteJobTagging."""
    named(call, jobs, "s3:DeleteJobTagging").tags = {}
    return {}
