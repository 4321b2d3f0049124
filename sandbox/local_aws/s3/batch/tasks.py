"""One task of a job: a real call as a session of the job's role.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-update-encryption.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ...call import Call
from .job import Job, Task

TEMPORARY = "TemporaryFailure"


@dataclass(frozen=True)
class Outcome:
    """How a task ended; `code` is empty where it succeeded."""

    task: Task
    code: str
    http: int
    message: str


def client(service: str, caller: Call) -> Any:
    """A client of the local AWS for a session."""
    config = Config(s3={"addressing_style": "path"}, max_pool_connections=8, retries={"max_attempts": 3})
    with _making:
        return _session().create_client(
            service,
            region_name=caller.region,
            endpoint_url=os.environ["AWS_ENDPOINT_URL"],
            aws_access_key_id=caller.access_key,
            aws_secret_access_key=caller.state["secret"],
            aws_session_token=caller.state["secret"],
            config=config,
        )


def run(job: Job, task: Task, client: Any) -> Outcome:
    """Does the task; `client` is of the operation's service."""
    try:
        if job.operation == "LambdaInvoke":
            return _invoked(job, task, client)
        if task.version == "":
            return Outcome(task, "InvalidRequest", 400, "Task failed due to missing VersionId")
        version = {"VersionId": task.version} if task.version else {}
        wanted = job.request["Operation"]["S3UpdateObjectEncryption"]
        client.update_object_encryption(Bucket=task.bucket, Key=task.key, **version, **wanted)
        return Outcome(task, "", 200, "Successful")
    except ClientError as error:
        failure, http = error.response["Error"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        return Outcome(task, failure["Code"], http, failure["Message"])
    except BotoCoreError as error:
        return Outcome(task, "InternalError", 500, str(error))


# --- internal ---

_making = threading.Lock()
_session = cache(botocore.session.get_session)


def _invoked(job: Job, task: Task, client: Any) -> Outcome:
    operation = job.request["Operation"]["LambdaInvoke"]
    schema, task_id = operation.get("InvocationSchemaVersion", "1.0"), secrets.token_hex(8)
    named = {"taskId": task_id, "s3VersionId": task.version or None}
    if schema == "1.0":
        named.update(s3Key=quote(task.key), s3BucketArn=f"arn:aws:s3:::{task.bucket}")
    else:
        named.update(s3Key=quote(task.key), s3Bucket=task.bucket)
    about: dict[str, Any] = {"id": job.id}
    if schema != "1.0":
        about["userArguments"] = operation.get("UserArguments")
    event = {
        "invocationSchemaVersion": schema,
        "invocationId": secrets.token_hex(16),
        "job": about,
        "tasks": [named],
    }
    answer = client.invoke(FunctionName=operation["FunctionArn"], Payload=json.dumps(event))
    text = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        return Outcome(task, "PermanentFailure", 200, f"Lambda returned function error: {text}")
    try:
        code, message = _answered(json.loads(text), task_id)
    except (KeyError, TypeError, ValueError):
        return Outcome(task, "PermanentFailure", 200, "Lambda returned an invalid response")
    return Outcome(task, "" if code == "Succeeded" else code, 200, message)


def _answered(answer: dict[str, Any], task_id: str) -> tuple[str, str]:
    """The task's code and text: it may be left out of the results."""
    for result in answer["results"]:
        if result["taskId"] == task_id:
            return str(result["resultCode"]), str(result.get("resultString") or "")
    return str(answer.get("treatMissingKeysAs", "PermanentFailure")), "The response leaves the task out"
