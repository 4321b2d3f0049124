"""A job from its creation to its end, in threads of its own.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html: a job of higher
priority pauses the others of its account and Region (AWS promises no strict order), and one that
fails more than half of at least 1,000 tasks ends.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError
from ministack.core.responses import request_scope

from ...call import Call
from ...iam.service_roles import session_call, trusts
from . import tasks
from .job import Job, Task
from .manifest import Unprepared, tasks_of
from .report import write_report
from .tasks import TEMPORARY, Outcome

SERVICE = "batchoperations.s3.amazonaws.com"
_ROUNDS = 5
_THRESHOLD = 1000
_CHUNK = 20
_RUNNING = ("Ready", "Active", "Completing")
_jobs_of: dict[tuple[str, str], list[Job]] = {}


def start(job: Job, jobs: list[Job]) -> None:
    """Prepares the job and, unless it must be confirmed, runs it; `jobs` are its neighbours."""
    _jobs_of[job.account, job.region] = jobs
    _thread(_prepare, job)


def go_on(job: Job) -> None:
    """Runs a job that was confirmed."""
    _thread(_work, job)


# --- internal ---


def _thread(target: Callable[[Job], None], job: Job) -> None:
    def run() -> None:
        try:
            target(job)
        except Exception as error:  # an error of the sandbox must be seen here, and end the job
            traceback.print_exc(file=sys.stderr)
            job.fail("InternalError", str(error))

    threading.Thread(target=run, daemon=True).start()


def _prepare(job: Job) -> None:
    job.tell("JobCreated")
    job.move("Preparing")
    try:
        caller = _session(job)
        job.tasks = tasks_of(job, caller, tasks.client("s3", caller))
    except Unprepared as error:
        job.fail(error.code, str(error))
        return
    with job.lock:
        if job.cancelled:
            job.move("Cancelled")
            return
        job.move("Suspended" if job.request.get("ConfirmationRequired") else "Ready")
        if job.status == "Suspended":
            return
    _work(job)


def _session(job: Job) -> Call:
    """The session of the job's role. Raises Unprepared."""
    role = job.request["RoleArn"]
    with request_scope(job.account, job.region):
        if not trusts(role, SERVICE):
            raise Unprepared("AccessDenied", f"{SERVICE} may not assume the role {role}.")
        return session_call(role, job.session, "s3", "CreateJob")


def _work(job: Job) -> None:
    try:
        caller = _session(job)
    except Unprepared as error:
        job.fail(error.code, str(error))
        return
    outcomes: list[Outcome] = []
    client = tasks.client("lambda" if job.operation == "LambdaInvoke" else "s3", caller)
    job.move("Active")
    with ThreadPoolExecutor(4) as pool:
        waiting = job.tasks
        for last in (*(False,) * (_ROUNDS - 1), True):
            waiting = _round(job, waiting, outcomes, last, pool, client)
    _end(job, outcomes, tasks.client("s3", caller))


def _round(
    job: Job, waiting: list[Task], outcomes: list[Outcome], last: bool, pool: ThreadPoolExecutor, client: Any
) -> list[Task]:
    """Runs these tasks; returns those to run again."""
    again: list[Task] = []
    for chunk in _chunks(job, waiting):
        for outcome in pool.map(lambda task: tasks.run(job, task, client), chunk):
            if outcome.code == TEMPORARY and not last:
                again.append(outcome.task)
                continue
            outcomes.append(outcome)
            with job.lock:
                job.succeeded, job.failed = job.succeeded + (not outcome.code), job.failed + bool(outcome.code)
    return again


def _chunks(job: Job, waiting: list[Task]) -> Iterator[list[Task]]:
    """Some tasks at a time, until the job is cancelled or fails too much; while it is paused, none."""
    for start in range(0, len(waiting), _CHUNK):
        _give_way(job)
        if job.cancelled or _too_many(job):
            return
        yield waiting[start : start + _CHUNK]


def _give_way(job: Job) -> None:
    if not _outranked(job):
        return
    job.move("Pausing")
    job.move("Paused")
    while _outranked(job) and not job.cancelled:
        time.sleep(0.02)
    job.move("Active")


def _outranked(job: Job) -> bool:
    others = _jobs_of[job.account, job.region]
    return any(other.priority > job.priority and other.status in _RUNNING for other in others)


def _too_many(job: Job) -> bool:
    return job.succeeded + job.failed >= _THRESHOLD and job.failed > job.succeeded


def _end(job: Job, outcomes: list[Outcome], client: Any) -> None:
    with job.lock:
        cancelled = job.cancelled
        failing = _too_many(job) and not cancelled
        if failing:
            job.failures.append(("JobFailed", "Job failure rate is above 50%"))
        job.move("Failing" if failing else "Completing")
    try:
        write_report(job, outcomes, client)
    except ClientError:
        reason = "The job report could not be written to your report bucket. Please check your permissions."
        job.failures.append(("JobReportDeliveryFailed", reason))
    job.move("Failed" if failing else "Cancelled" if cancelled else "Complete")
