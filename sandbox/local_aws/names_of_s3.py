"""Names of Amazon S3's calls.

CloudTrail spells some names differently from the API:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
"""

from __future__ import annotations

_BUCKET_PARTS: dict[str, dict[str, str]] = {
    "abac": {"GET": "GetBucketAbac", "PUT": "PutBucketAbac"},
    "accelerate": {"GET": "GetAccelerateConfiguration", "PUT": "PutAccelerateConfiguration"},
    "acl": {"GET": "GetBucketAcl", "PUT": "PutBucketAcl"},
    "analytics": {
        "GET": "GetBucketAnalyticsConfiguration",
        "PUT": "PutBucketAnalyticsConfiguration",
        "DELETE": "DeleteBucketAnalyticsConfiguration",
    },
    "cors": {"GET": "GetBucketCors", "PUT": "PutBucketCors", "DELETE": "DeleteBucketCors"},
    "delete": {"POST": "DeleteObjects"},
    "encryption": {"GET": "GetBucketEncryption", "PUT": "PutBucketEncryption", "DELETE": "DeleteBucketEncryption"},
    "inventory": {
        "GET": "GetBucketInventoryConfiguration",
        "PUT": "PutBucketInventoryConfiguration",
        "DELETE": "DeleteBucketInventoryConfiguration",
    },
    "lifecycle": {"GET": "GetBucketLifecycle", "PUT": "PutBucketLifecycle", "DELETE": "DeleteBucketLifecycle"},
    "location": {"GET": "GetBucketLocation"},
    "logging": {"GET": "GetBucketLogging", "PUT": "PutBucketLogging"},
    "metadataConfiguration": {"GET": "GetBucketMetadataConfiguration"},
    "metrics": {
        "GET": "GetBucketMetricsConfiguration",
        "PUT": "PutBucketMetricsConfiguration",
        "DELETE": "DeleteBucketMetricsConfiguration",
    },
    "notification": {"GET": "GetBucketNotification", "PUT": "PutBucketNotification"},
    "object-lock": {"GET": "GetBucketObjectLockConfiguration", "PUT": "PutBucketObjectLockConfiguration"},
    "ownershipControls": {
        "GET": "GetBucketOwnershipControls",
        "PUT": "PutBucketOwnershipControls",
        "DELETE": "DeleteBucketOwnershipControls",
    },
    "policy": {"GET": "GetBucketPolicy", "PUT": "PutBucketPolicy", "DELETE": "DeleteBucketPolicy"},
    "policyStatus": {"GET": "GetBucketPolicyStatus"},
    "publicAccessBlock": {
        "GET": "GetBucketPublicAccessBlock",
        "PUT": "PutBucketPublicAccessBlock",
        "DELETE": "DeleteBucketPublicAccessBlock",
    },
    "replication": {
        "GET": "GetBucketReplication",
        "PUT": "PutBucketReplication",
        "DELETE": "DeleteBucketReplication",
    },
    "requestPayment": {"GET": "GetBucketRequestPayment", "PUT": "PutBucketRequestPayment"},
    "tagging": {"GET": "GetBucketTagging", "PUT": "PutBucketTagging", "DELETE": "DeleteBucketTagging"},
    "uploads": {"GET": "ListMultipartUploads"},
    "versioning": {"GET": "GetBucketVersioning", "PUT": "PutBucketVersioning"},
    "versions": {"GET": "ListObjectVersions"},
    "website": {"GET": "GetBucketWebsite", "PUT": "PutBucketWebsite", "DELETE": "DeleteBucketWebsite"},
}

_OBJECT_PARTS: dict[str, dict[str, str]] = {
    "acl": {"GET": "GetObjectAcl", "PUT": "PutObjectAcl"},
    "attributes": {"GET": "GetObjectAttributes"},
    "encryption": {"PUT": "UpdateObjectEncryption"},
    "legal-hold": {"GET": "GetObjectLegalHold", "PUT": "PutObjectLegalHold"},
    "renameObject": {"PUT": "RenameObject"},
    "restore": {"POST": "RestoreObject"},
    "retention": {"GET": "GetObjectRetention", "PUT": "PutObjectRetention"},
    "select": {"POST": "SelectObjectContent"},
    "tagging": {"GET": "GetObjectTagging", "PUT": "PutObjectTagging", "DELETE": "DeleteObjectTagging"},
    "torrent": {"GET": "GetObjectTorrent"},
    "uploads": {"POST": "CreateMultipartUpload"},
}

_UPLOAD = {"GET": "ListParts", "POST": "CompleteMultipartUpload", "DELETE": "AbortMultipartUpload"}
_BUCKET = {
    "GET": "ListObjects",
    "HEAD": "HeadBucket",
    "PUT": "CreateBucket",
    "DELETE": "DeleteBucket",
    "POST": "PostObject",
}
_OBJECT = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
_TAGS = {"GET": "ListTagsForResource", "POST": "TagResource", "PUT": "TagResource", "DELETE": "UntagResource"}
_ACCOUNT_VERBS = {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}
CONTROL = "/v20180820/"
ACCOUNT_BLOCK = f"{CONTROL}configuration/publicAccessBlock"
#: Where the jobs of S3 Batch Operations are.
JOBS = f"{CONTROL}jobs"
_JOB_PARTS: dict[str, dict[str, str]] = {
    "": {"GET": "DescribeJob"},
    "status": {"POST": "UpdateJobStatus"},
    "priority": {"POST": "UpdateJobPriority"},
    "tagging": {"GET": "GetJobTagging", "PUT": "PutJobTagging", "DELETE": "DeleteJobTagging"},
}


def s3_api(
    method: str, bucket: str | None, key: str | None, query: dict[str, str], headers: dict[str, str], path: str
) -> str:
    """The name of an S3 or S3 Control call."""
    if path == ACCOUNT_BLOCK:
        return f"{_ACCOUNT_VERBS.get(method, method)}AccountPublicAccessBlock"
    if path == JOBS or path.startswith(f"{JOBS}/"):
        return _job_api(method, path)
    if path.startswith(CONTROL):
        return _TAGS.get(method, method) if path.startswith(f"{CONTROL}tags/") else f"{method}.s3control"
    if not bucket:
        return "ListBuckets"
    if not key:
        if method == "GET" and "inventory" in query and "id" not in query:
            return "ListBucketInventoryConfigurations"
        return _named(_BUCKET_PARTS, method, query) or _BUCKET.get(method, method)
    if "uploadId" in query:
        if method == "PUT":
            return "UploadPartCopy" if "x-amz-copy-source" in headers else "UploadPart"
        return _UPLOAD.get(method, method)
    if method == "PUT" and "x-amz-copy-source" in headers:
        return "CopyObject"
    return _named(_OBJECT_PARTS, method, query) or _OBJECT.get(method, method)


def _job_api(method: str, path: str) -> str:
    if path == JOBS:
        return {"GET": "ListJobs", "POST": "CreateJob"}.get(method, f"{method}.jobs")
    _, _, part = path[len(JOBS) + 1 :].partition("/")
    return _JOB_PARTS.get(part, {}).get(method, f"{method}.jobs")


def _named(table: dict[str, dict[str, str]], method: str, query: dict[str, str]) -> str | None:
    return next((names[method] for part, names in table.items() if part in query and method in names), None)
