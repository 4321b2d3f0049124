"""S3 Batch Operations: jobs are created, described, listed, changed and tagged.

Documentation, not evidence: no capture of these calls exists here.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html; rights and
condition keys: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html;
tags at creation need s3:PutJobTagging too:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-batch-operations.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from ...call import Answer, Call
from ..seams import Refusal
from .changes import delete_tags, get_tags, put_tags, update_priority, update_status
from .describe import described, listed
from .job import Job
from .requests import judge
from .rights import named, require, tag_keys, tags_in
from .run import SERVICE, start
from .wire import error, parsed, result

_jobs: dict[tuple[str, str], list[Job]] = {}
_PAGE = 1000


def answered(call: Call) -> Answer:
    """The response to a call about jobs."""
    handler = _CALLS.get(call.api)
    try:
        if handler is None:
            raise Refusal(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        if call.headers.get("x-amz-account-id") != call.account:
            raise Refusal(403, "AccessDenied", "Access Denied")
        return result(call.api, handler(call, _jobs.setdefault((call.account, call.region), [])))
    except Refusal as refusal:
        return error(refusal)


# --- internal ---


def _create(call: Call, jobs: list[Job]) -> dict[str, Any]:
    request = parsed(call)
    judge(request)
    tags = tags_in(request)
    asked = {
        "s3:RequestJobOperation": next(iter(request["Operation"])),
        "s3:RequestJobPriority": str(request["Priority"]),
        **tag_keys(tags),
    }
    require(call, "s3:CreateJob", "*", asked)
    if tags:
        require(call, "s3:PutJobTagging", f"arn:aws:s3:{call.region}:{call.account}:job/*", tag_keys(tags))
    if request["RoleArn"].split(":")[4] != call.account:
        raise Refusal(403, "AccessDenied", "Cross-account pass role is not allowed")
    require(call, "iam:PassRole", request["RoleArn"], {"iam:PassedToService": SERVICE})
    for other in jobs:
        if other.request["ClientRequestToken"] == request["ClientRequestToken"]:
            if other.request != request:
                raise Refusal(400, "IdempotencyException", "The client request token names another request.")
            return {"JobId": other.id}
    job = Job(call.account, call.region, request, tags, request["Priority"])
    jobs.append(job)
    start(job, jobs)
    return {"JobId": job.id}


def _describe(call: Call, jobs: list[Job]) -> dict[str, Any]:
    return {"Job": described(named(call, jobs, "s3:DescribeJob"))}


def _list(call: Call, jobs: list[Job]) -> dict[str, Any]:
    require(call, "s3:ListJobs", "*")
    wanted = parse_qs(call.raw_query).get("jobStatuses", [])
    found = [job for job in jobs if not wanted or job.status in wanted]
    size, token = call.query.get("maxResults", str(_PAGE)), call.query.get("nextToken", "0")
    if not size.isdigit() or int(size) > _PAGE:
        raise Refusal(400, "InvalidRequest", "MaxResults is a number up to 1000.")
    if not token.isdigit():
        raise Refusal(400, "InvalidNextTokenException", "The next token is not valid.")
    end = int(token) + (int(size) or _PAGE)
    page = {"Jobs": [listed(job) for job in found[int(token) : end]]}
    return {**page, "NextToken": str(end)} if end < len(found) else page


_CALLS: dict[str, Callable[[Call, list[Job]], dict[str, Any]]] = {
    "CreateJob": _create,
    "DescribeJob": _describe,
    "ListJobs": _list,
    "UpdateJobStatus": update_status,
    "UpdateJobPriority": update_priority,
    "GetJobTagging": get_tags,
    "PutJobTagging": put_tags,
    "DeleteJobTagging": delete_tags,
}
