"""The hook modules, in the order in which they run."""

from __future__ import annotations

MODULES = [
    "iam.root",
    "iam.spreading",
    "kms.spreading",
    "kms.calls",
    "queues.messages",
    "queues.subscriptions",
    "tables.conditions",
    "tables.throughput",
    "s3.owner",
    "s3.bucket_encryption",
    "s3.object_encryption",
    "s3.reads",
    "s3.object_reads",
    "s3.multipart",
    "s3.implied",
    "s3.conditional_writes",
    "s3.copy_source",
    "s3.copy_duration",
    "s3.copy",
    "s3.update_object_encryption",
    "s3.request_payment",
    "s3.etags",
    "s3.form_upload",
    "s3.conditions",
    "s3.cloudformation",
]
