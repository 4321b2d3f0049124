import type { BucketEncryption } from "#core/encryption";

/** The caller, from a CloudTrail record's `userIdentity`. */
export interface Actor {
  /** `IAMUser`, `AssumedRole`, `Root`, `FederatedUser`, `AWSAccount`, `AWSService` … */
  readonly type: string;
  readonly arn: string | null;
  readonly accountId: string | null;
  /** The role session's name. */
  readonly session: string | null;
  readonly sourceIdentity: string | null;
  readonly sourceIp: string | null;
  /**
   * The AWS service that made the call on the caller's behalf, such as
   * `cloudformation.amazonaws.com`.
   */
  readonly invokedBy: string | null;
}

/**
 * Why a bucket is looked at. It may cause another look, a record or an alert; it never causes or
 * shapes a write.
 */
export interface Trigger {
  /** CloudTrail's `eventID`: the same for every copy of an event. */
  readonly eventId: string;
  readonly eventName: string;
  /** ISO 8601, seconds. */
  readonly eventTime: string;
  readonly actor: Actor;
  /**
   * The ARN of the role behind the caller's session, with its path; `null` if there is none or the
   * event does not say.
   */
  readonly issuer: string | null;
  /** What the call requested, if the event says: used only to decide whether to look again. */
  readonly requested: RequestedChange | null;
}

export type RequestedChange =
  | { readonly kind: "encryption"; readonly encryption: BucketEncryption }
  | { readonly kind: "tags"; readonly tags: Readonly<Record<string, string>> }
  /** Whether the bucket is to send its objects' events to EventBridge. */
  | { readonly kind: "notifications"; readonly sendsEvents: boolean };

/** Where object events come from: S3 itself, or CloudTrail's data events. */
export type ObjectSource = "s3-events" | "data-events";

/** Why an object is looked at. */
export interface ObjectTrigger extends Omit<Trigger, "requested"> {
  readonly source: ObjectSource;
  /**
   * From a data event: the encryption that was applied, such as `SSE_KMS`, and its key. Used to
   * detect re-keying, never for a write.
   */
  readonly applied: {
    readonly sse: string | null;
    readonly algorithm: string | null;
    readonly key: string | null;
  } | null;
}
