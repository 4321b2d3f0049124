import type { ObjectTrigger } from "#core/event/trigger";
import type { KeyFacts } from "#core/key/key";
import type { CompiledPolicy } from "#core/match/compile";
import type { ObjectRef } from "#core/names";
import type { ObjectPorts, ObjectWork } from "#core/object/ports";
import { calm } from "./calm.ts";
import type { SimulatedS3 } from "./simulated-s3.ts";
import { account, aliasArn, keyArn, keyFacts, known, ref } from "./world.ts";

/** Waits for its turn: others' steps happen in between. */
export type Turn = (name: string) => Promise<unknown>;

export const object: ObjectRef = { bucket: ref, key: "2026/räksmörgås+1.pdf" };
export const own = keyArn(1);
export const other = keyArn(2);
const managed = keyArn(3);
export const foreign = keyArn(9, { account: "999999999999" });

export const trigger: ObjectTrigger = {
  source: "s3-events",
  eventId: "e",
  eventName: "PutObject",
  eventTime: "2026-11-21T08:00:00Z",
  actor: {
    type: "AWSAccount",
    arn: null,
    accountId: account,
    session: null,
    sourceIdentity: null,
    sourceIp: null,
    invokedBy: null,
  },
  issuer: null,
  applied: null,
};

export function work(versionId?: string, eventName = "PutObject"): ObjectWork {
  return {
    object: versionId === undefined ? object : { ...object, versionId },
    triggers: [{ ...trigger, eventName }],
  };
}

/** Keys as KMS shows them; unlisted ones do not exist, and another account's may be unreadable. */
const KEYS: ReadonlyMap<string, KeyFacts> = new Map(
  [
    [own, own],
    [other, other],
    [managed, managed],
    [aliasArn("s3-default"), own],
    [aliasArn("aws/s3"), managed],
  ].map(([arn = "", names = ""]) => [arn, keyFacts(names)]),
);

/** The calls to the ports, besides S3. */
export interface Witness {
  alarm: string | null;
  copies: number[];
  intents: number;
  calls: string[];
}

/**
 * Ports onto a simulated S3: every call waits for its turn before it takes effect and again before
 * it returns, and a copy once more between its two halves.
 */
export function objectPorts(
  s3: SimulatedS3,
  policy: CompiledPolicy,
  turn: Turn = async () => undefined,
  changes: Partial<ObjectPorts> = {},
): { readonly ports: ObjectPorts; readonly witness: Witness } {
  const witness: Witness = { alarm: null, copies: [], intents: 0, calls: [] };
  const inTurn = async <T>(name: string, step: () => T): Promise<T> => {
    witness.calls.push(name);
    await turn(name);
    const answer = step();
    await turn(`${name} answers`);
    return answer;
  };
  const ports: ObjectPorts = {
    reader: {
      ...calm,
      head: ({ bucket, key, versionId }) => {
        if (bucket !== ref || key !== object.key) throw new Error(`nobody asked about ${key}`);
        return inTurn("head", () => s3.head(versionId));
      },
      payer: () => inTurn("payer", () => known("BucketOwner")),
      uploading: () => inTurn("uploading", () => known(s3.uploads.size > 0)),
      versioning: () => inTurn("versioning", () => known(s3.versioning)),
      tags: () => inTurn("tags", () => known({})),
      ous: () => inTurn("ous", () => known([])),
      accountTags: () => inTurn("accountTags", () => known({})),
      key: (_, arn, fresh) =>
        inTurn(fresh ? "key, fresh" : "key", () =>
          arn.includes(`:${account}:`)
            ? known(KEYS.get(arn) ?? null)
            : { known: false, error: { name: "AccessDeniedException", message: "no" } },
        ),
      pin: () => inTurn("pin", () => known(null)),
    },
    writer: {
      update: {
        isAvailable: true,
        write: ({ versionId }, _, wanted) => inTurn("update", () => s3.update(versionId, wanted)),
      },
      copy: {
        isAvailable: true,
        write: async (_, seen, wanted) => {
          const read = await inTurn("copy", () => s3.copySource(seen.etag));
          return "source" in read ? inTurn("copy writes", () => s3.copyTo(read.source, seen.etag, wanted)) : read;
        },
      },
      copyLarge: {
        isAvailable: true,
        write: async (_, seen, wanted) => {
          const read = await inTurn("parts", () => s3.copySource(seen.etag));
          return "source" in read ? inTurn("parts are joined", () => s3.copyTo(read.source, seen.etag, wanted)) : read;
        },
      },
    },
    policy: () => inTurn("policy", () => ({ policy, version: 1, observeOnly: null })),
    paused: () => inTurn("paused", () => known(null)),
    alarm: () => inTurn("alarm", () => known(witness.alarm)),
    raiseAlarm: (_, what) =>
      inTurn("raiseAlarm", () => {
        witness.alarm = what;
      }),
    countCopy: () =>
      inTurn("countCopy", () => {
        witness.copies = [...witness.copies, s3.now];
        return witness.copies.filter((at) => at > s3.now - 600_000).length;
      }),
    uncountCopy: () =>
      inTurn("uncountCopy", () => {
        witness.copies.pop();
      }),
    intend: () =>
      inTurn("intend", () => {
        witness.intents++;
      }),
    now: () => s3.now,
    ...changes,
  };
  return { ports, witness };
}
