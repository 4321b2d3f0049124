"""CloudFront reads an object under KMS: an origin access control may, by the key's policy.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html:
the key policy must let cloudfront.amazonaws.com decrypt for the distribution (``aws:SourceArn``);
an origin access identity cannot read such objects, and an open origin is an anonymous reader.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import s3

from ...iam.service_principal import Sender, decision
from ..encryption.encryption import encryption_of
from ..encryption.keys import find_key, key_context, use_key
from ..objects.reads import find_record
from ..seams import Refusal, Response, around, calling

_SERVICE = "cloudfront.amazonaws.com"


@around("serve_cloudfront_origin_fetch")
def origin_fetch(
    inner: Any, bucket: str, key: str, method: str, headers: dict[str, str], source_arn: str = "", oai_id: str = ""
) -> Response:
    encryption = encryption_of(find_record(bucket, key, None) or {})
    token = calling.set(None)
    try:
        response: Response = inner(bucket, key, method, headers, source_arn=source_arn, oai_id=oai_id)
        if response[0] not in (200, 206) or not encryption.with_kms:
            return response
        found = find_key(None, bucket, encryption.key)
        context = key_context(None, bucket, key, encryption)
        sender = Sender(_SERVICE, source_arn, get_account_id())
        if not source_arn or decision(sender, found.policy, "kms:Decrypt", found.arn, context) != "Allow":
            return Refusal(403, "AccessDenied", "Access Denied").response()
        use_key(None, "kms:Decrypt", found, context)
        return response
    except Refusal as refusal:
        return refusal.response()
    finally:
        calling.reset(token)
