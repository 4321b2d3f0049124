"""`BucketEncryption` of an `AWS::S3::Bucket` in a template, which MiniStack leaves out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-bucketencryption.html
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from ministack.services import s3
from ministack.services.cloudformation import provisioners

from .encryption.encryption_rule import NAMESPACE


def encryption_document(properties: dict[str, Any]) -> bytes:
    """The document of PutBucketEncryption for the template's property."""
    root = Element("ServerSideEncryptionConfiguration", xmlns=NAMESPACE)
    for rule in properties.get("ServerSideEncryptionConfiguration") or []:
        element = SubElement(root, "Rule")
        default = rule.get("ServerSideEncryptionByDefault")
        if default:
            child = SubElement(element, "ApplyServerSideEncryptionByDefault")
            SubElement(child, "SSEAlgorithm").text = str(default.get("SSEAlgorithm"))
            if default.get("KMSMasterKeyID"):
                SubElement(child, "KMSMasterKeyID").text = str(default["KMSMasterKeyID"])
        if "BucketKeyEnabled" in rule:
            SubElement(element, "BucketKeyEnabled").text = str(rule["BucketKeyEnabled"]).lower()
        if "BlockedEncryptionTypes" in rule:
            blocked = SubElement(element, "BlockedEncryptionTypes")
            for name in rule["BlockedEncryptionTypes"].get("EncryptionType") or []:
                SubElement(blocked, "EncryptionType").text = str(name)
    return tostring(root)


def _put(name: str, document: bytes) -> None:
    s3._put_bucket_encryption(name, document)


def _delete(name: str) -> None:
    s3._delete_bucket_encryption(name)


provisioners._S3_BUCKET_CONFIGURATIONS = (
    *provisioners._S3_BUCKET_CONFIGURATIONS,
    ("BucketEncryption", encryption_document, _put, _delete),
)
