"""What a caller may do about jobs, by their operation, priority and tags.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html: CreateJob and
ListJobs have no resource, so only a policy for ``*`` allows them.
"""

from __future__ import annotations

from typing import Any

from ...call import Call
from ...iam.permissions import denial
from ...names_of_s3 import JOBS
from ..seams import Refusal
from .job import AWAITING, Job


def named(
    call: Call, jobs: list[Job], action: str, asked: dict[str, str] | None = None, cause: bool = False
) -> Job:
    """The job that the path names, if the caller may act on it. Raises Refusal."""
    job_id = call.path[len(JOBS) + 1 :].split("/")[0]
    job = next((job for job in jobs if job.id == job_id), None)
    context = dict(asked or {})
    if job is not None:
        context.update({"s3:ExistingJobOperation": job.operation, "s3:ExistingJobPriority": str(job.priority)})
        if cause and job.status == "Suspended":
            context["s3:JobSuspendedCause"] = AWAITING
    require(call, action, f"arn:aws:s3:{call.region}:{call.account}:job/{job_id}", context)
    if job is None:
        raise Refusal(404, "NoSuchJob", "No such job")
    return job


def require(call: Call, action: str, resource: str, context: dict[str, Any] | None = None) -> None:
    """Raises Refusal if the caller may not."""
    refused = denial(call, action, resource, context)
    if refused:
        raise Refusal(403, "AccessDenied", refused)


def tags_in(request: dict[str, Any]) -> dict[str, str]:
    """The tags of a request."""
    return {tag["Key"]: tag["Value"] for tag in request.get("Tags", [])}


def tag_keys(tags: dict[str, str]) -> dict[str, Any]:
    """The condition keys of a request with these tags."""
    keys = {f"aws:RequestTag/{name}": value for name, value in tags.items()}
    return {**keys, "aws:TagKeys": list(tags)} if tags else {}
