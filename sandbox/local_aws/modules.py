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
    "s3.encryption.bucket_encryption",
    "s3.encryption.object_encryption",
    "s3.objects.reads",
    "s3.objects.object_reads",
    "s3.objects.multipart",
    "s3.objects.implied",
    "s3.objects.conditional_writes",
    "s3.replication.replication",
    "s3.copies.copy_source",
    "s3.copies.copy_duration",
    "s3.copies.copy",
    "s3.encryption.update_object_encryption",
    "s3.request_payment",
    "s3.objects.etags",
    "s3.objects.form_upload",
    "s3.subresources",
    "s3.access.account_public_access",
    "s3.conditions",
    "s3.cloudformation",
]
