"""CloudTrail: every write to S3 and every change of a KMS key as an event on the default bus.

The envelope and the fields common to all records: docs/aws-behaviour.md 6.1, 6.2 and 6.6. Failed
calls are events too. A call into another account's bucket is an event in both accounts; in the
owner's the caller is only an account (6.5). As on AWS, an event comes later than the response:
by CLOUDTRAIL_DELAY_MS (default 50). Request parameters above 100 KB are left out (6.3).
"""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from . import kms as trail_kms, s3 as trail_s3
from ..bus import bus
from ..faults import faults
from ..buckets import bucket_owner, bucket_region
from ..call import Answer, Call
from ..errors import error_of

_LIMIT = 100 * 1024
_TLS = {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"}


@dataclass(frozen=True)
class Place:
    """Where a call's event belongs, found before the call (afterwards the bucket may be gone)."""

    owner: str
    region: str


def place(call: Call) -> Place | None:
    """Where the call's event goes, or None if CloudTrail sends EventBridge no event for such a
    call.
    """
    if call.service == "kms" and call.api in trail_kms.WRITES:
        return Place(trail_kms.note(call), call.region)
    if call.service != "s3" or not call.bucket or not call.is_write():
        return None
    return Place(bucket_owner(call.bucket) or call.account, bucket_region(call.bucket) or call.region)


def emit(call: Call, answer: Answer, where: Place, started: datetime, client_ip: str) -> None:
    """Puts the event on the buses a little later."""
    if call.api == "CreateBucket":
        where = Place(call.account, call.region)  # the endpoint's, wherever the bucket is made (6.3)
    accounts = {call.account, where.owner}
    if not any(bus.has_listeners(account, where.region) for account in accounts):
        return
    ended = datetime.now(timezone.utc)
    record = _record(call, answer, where, started, ended, client_ip)
    shared = {"sharedEventID": str(uuid.uuid4())} if len(accounts) > 1 else {}
    for account in sorted(accounts):
        mine: dict[str, Any] = {**record, **shared, "eventID": str(uuid.uuid4()), "recipientAccountId": account}
        if account != call.account:
            mine["userIdentity"] = _foreign(call)
        mine = {name: mine[name] for name in _ORDER if name in mine}
        for delay in faults.event_delays(call.service, call.api, call.bucket, _delay()):
            bus.later(delay, _event(mine, f"aws.{call.service}"))


# --- internal ---

_ORDER = (
    "eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode "
    "errorMessage requestParameters responseElements additionalEventData requestID eventID readOnly resources "
    "eventType managementEvent recipientAccountId sharedEventID eventCategory tlsDetails"
).split()


def _delay() -> float:
    return float(os.environ.get("CLOUDTRAIL_DELAY_MS", "50")) / 1000


def _event(record: dict[str, Any], source: str) -> bus.Event:
    return bus.Event(
        source=source,
        detail_type="AWS API Call via CloudTrail",
        account=record["recipientAccountId"],
        region=record["awsRegion"],
        time=record["eventTime"],
        detail=record,
    )


def _record(
    call: Call, answer: Answer, where: Place, started: datetime, ended: datetime, client_ip: str
) -> dict[str, Any]:
    data = call.service == "s3" and trail_s3.is_data_event(call)
    record: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": call.identity,
        "eventTime": started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{call.service}.amazonaws.com",
        "eventName": call.api,
        "awsRegion": where.region,
        "sourceIPAddress": client_ip,
        "requestID": answer.header("x-amz-request-id" if call.service == "s3" else "x-amzn-requestid"),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": not data,
        "eventCategory": "Data" if data else "Management",
    }
    error = error_of(call, answer)
    if error:
        record["errorCode"], record["errorMessage"] = error
    agent = call.headers.get("user-agent", "")
    if call.service == "kms":
        kms = {"userAgent": agent, "requestParameters": trail_kms.request_parameters(call)}
        record.update(kms, responseElements=trail_kms.response_elements(call, answer))
        more = trail_kms.additional_data(call)
        if more:
            record["additionalEventData"] = more
        found, host = trail_kms.resources(call, answer), f"kms.{call.region}.amazonaws.com"
    else:
        parameters = trail_s3.request_parameters(call, where.region)
        record.update(userAgent=f"[{agent}]", requestParameters=parameters)
        record.update(responseElements=trail_s3.response_elements(call, answer))
        if "invokedBy" in call.identity:
            record.update(userAgent=call.identity["invokedBy"], sourceIPAddress=call.identity["invokedBy"])
        record["additionalEventData"] = {
            **_transport(call, answer, started, ended),
            **trail_s3.additional_data(call, answer),
        }
        found, host = trail_s3.resources(call, where.owner), parameters["Host"]
    if found:
        record["resources"] = found
    record["requestParameters"] = _within_limit(record["requestParameters"])
    if "invokedBy" not in call.identity:
        record["tlsDetails"] = {**_TLS, "clientProvidedHostHeader": host}
    return record


def _within_limit(parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """The parameters, or what stands in their place above 100 KB: the limit is documented, and the
    form was seen in published records.
    """
    size = len(json.dumps(parameters, ensure_ascii=False, separators=(",", ":")).encode())
    if size <= _LIMIT:
        return parameters
    return {"reason": "requestParameters too large", "omitted": True, "originalSize": size}


def _transport(call: Call, answer: Answer, started: datetime, ended: datetime) -> dict[str, Any]:
    return {
        "SignatureVersion": "SigV4",
        "CipherSuite": _TLS["cipherSuite"],
        "bytesTransferredIn": len(call.body) if answer.ok() else 0,
        "bytesTransferredOut": len(answer.body),
        "startTime": int(started.timestamp() * 1000),
        "endTime": int(ended.timestamp() * 1000),
        "AuthenticationMethod": "AuthHeader" if "authorization" in call.headers else "QueryString",
        "httpStatusCode": answer.status,
        "x-amz-id-2": answer.header("x-amz-id-2"),
    }


def _foreign(call: Call) -> dict[str, Any]:
    principal = call.identity.get("principalId")
    return {"type": "AWSAccount", "principalId": principal, "accountId": call.account}
