import type { Ports } from "#core/bucket/ports";
import { isOwn } from "#core/event/actor";
import type { HistoryEntry } from "#core/ledger/history";
import type { BucketState } from "#core/ledger/state";
import { Aws } from "../simulation/aws.ts";
import { inForce } from "../simulation/story.ts";
import { calm } from "./calm.ts";
import { aes, NOW } from "./loop.ts";
import { aliasArn, keyArn } from "./world.ts";

/** One look at a time in a static world: calls are recorded, and any can be replaced. */
export interface Desk {
  readonly aws: Aws;
  readonly ports: Ports;
  /** The calls made, in order. */
  readonly made: string[];
  /** What was saved, in order, whether accepted or not. */
  readonly saved: BucketState[];
  /** The entries of its history that were accepted, in order. */
  readonly kept: HistoryEntry[];
  now: number;
}

/**
 * The desk with an AES256 bucket under the policy of `simulation/story.ts`; `replace` overrides
 * ports.
 */
export function desk(replace: (aws: Aws, desk: Desk) => Partial<Ports> = () => ({})): Desk {
  const aws = new Aws(inForce("enforce", 7), aes);
  aws.addKey(keyArn(1), {}, aliasArn("s3-default"));
  const made: string[] = [];
  const saved: BucketState[] = [];
  const kept: HistoryEntry[] = [];
  let ids = 0;
  const note = async <T>(name: string, answer: () => T): Promise<T> => {
    made.push(name);
    return answer();
  };
  const ports: Ports = {
    reader: {
      ...calm,
      encryption: () => note("encryption", () => aws.encryptionAt(desk.now)),
      tags: () => note("tags", () => aws.tagsAt(desk.now)),
      ous: () => note("ous", () => ({ known: true, value: [] })),
      accountTags: () => note("accountTags", () => ({ known: true, value: {} })),
      key: (_, arn, fresh) =>
        note(fresh ? "key again" : "key", () => ({ known: true, value: aws.keys.get(arn) ?? null })),
      pin: (_, alias) => note("pin", () => ({ known: true, value: aws.pins.get(alias) ?? null })),
    },
    writer: {
      put: async (_, wanted, isCurrent) => {
        if (isCurrent !== undefined && !(await isCurrent())) return { kind: "superseded" };
        return note("put", () => {
          aws.writes.push({ at: desk.now, over: aws.encryption, wanted, intent: aws.state.intent });
          aws.set(desk.now, wanted);
          return { kind: "written" };
        });
      },
    },
    ledger: {
      read: () => note("read", () => aws.state),
      save: (_, state, entry = null) =>
        note("save", () => {
          saved.push(state);
          const accepted = aws.save(state);
          if (accepted !== null && entry !== null) kept.push(entry);
          return accepted;
        }),
    },
    policy: () => note("policy", () => aws.inForce),
    paused: () => note("paused", () => aws.paused),
    publish: (alert) => note("publish", () => void aws.published.push({ at: desk.now, alert })),
    now: () => desk.now,
    sleep: async (milliseconds) => {
      desk.now += milliseconds;
    },
    newId: () => `id-${ids++}`,
    resumed: () => note("resumed", () => aws.resumed),
    role: () => OWN_ROLE,
    isOwn: (trigger) => isOwn(trigger, OWN_ROLE),
  };
  const desk: Desk = { aws, ports, made, saved, kept, now: NOW };
  Object.assign(ports, replace(aws, desk));
  return desk;
}

export const OWN_ROLE = "arn:aws:iam::111122223333:role/bucketseal";
