"""What a request to create a job must look like, beyond AWS's model of it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-create-job.html. What is not built
here is refused with 501, never taken for something else.
"""

from __future__ import annotations

from typing import Any

from ..seams import Refusal

_OPERATIONS = ("S3UpdateObjectEncryption", "LambdaInvoke")
_CSV = "S3BatchOperations_CSV_20180820"


def judge(request: dict[str, Any]) -> None:
    """Raises Refusal."""
    operation = request["Operation"]
    if len(operation) != 1:
        raise _invalid("Exactly one operation must be specified.")
    if next(iter(operation)) not in _OPERATIONS:
        raise _unbuilt("operation")
    if next(iter(operation)) == "S3UpdateObjectEncryption" and not operation["S3UpdateObjectEncryption"].get(
        "ObjectEncryption", {}
    ).get("SSEKMS"):
        raise _invalid("Exactly one new encryption type must be specified.")
    if len(request["ClientRequestToken"]) > 64:
        raise _invalid("The client request token is longer than 64 characters.")
    if len(request.get("Tags", [])) > 50:
        raise Refusal(400, "TooManyTagsException", "A job can have at most 50 tags.")
    _judge_report(request["Report"])
    if ("Manifest" in request) == ("ManifestGenerator" in request):
        raise _invalid("Exactly one of manifest and manifest generator must be specified.")
    if "Manifest" in request:
        _judge_manifest(request["Manifest"]["Spec"])
    else:
        _judge_generator(request["ManifestGenerator"].get("S3JobManifestGenerator") or {})


# --- internal ---


def _judge_report(report: dict[str, Any]) -> None:
    if report["Enabled"] and not all(report.get(name) for name in ("Bucket", "Format", "ReportScope")):
        raise _invalid("A report that is enabled needs a bucket, a format and a scope.")


def _judge_manifest(spec: dict[str, Any]) -> None:
    if spec["Format"] != _CSV:
        raise _unbuilt("manifest format")
    if not {"Bucket", "Key"} <= set(spec.get("Fields", [])):
        raise _invalid("The manifest needs the fields Bucket and Key.")


def _judge_generator(generator: dict[str, Any]) -> None:
    if not generator.get("SourceBucket"):
        raise _invalid("A manifest generator needs a source bucket.")
    if generator.get("EnableManifestOutput"):
        raise _unbuilt("manifest output")
    chosen = generator.get("Filter") or {}
    if "EligibleForReplication" in chosen:
        raise _unbuilt("filter by replication")
    encryptions = chosen.get("MatchAnyObjectEncryption")
    if encryptions is not None and (len(encryptions) != 1 or len(encryptions[0]) != 1):
        raise _invalid("MatchAnyObjectEncryption must have exactly one object encryption.")


def _invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidRequest", message)


def _unbuilt(what: str) -> Refusal:
    return Refusal(501, "NotImplemented", f"The local AWS does not know this {what}.")
