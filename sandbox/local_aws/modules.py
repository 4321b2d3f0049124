"""The modules of hooks, in the order in which they run."""

from __future__ import annotations

MODULES = [
    "kms_calls",
    "messages",
    "table_conditions",
    "s3_owner",
    "s3_bucket_encryption",
    "s3_object_encryption",
    "s3_reads",
    "s3_object_reads",
    "s3_multipart",
    "s3_implied",
    "s3_conditional_writes",
    "s3_copy_source",
    "s3_copy_duration",
    "s3_copy",
    "s3_update_object_encryption",
    "s3_request_payment",
    "s3_etags",
    "s3_form_upload",
    "s3_conditions",
    "s3_cloudformation",
]
