import { describe, expect, test } from "vitest";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { Receipt } from "#core/decide/object/strategy/strategy";
import type { ObjectEncryption } from "#core/encryption";
import type { ObjectPorts, ObjectWrite } from "#core/object/ports";
import { reconcileObject } from "#core/object/reconcile";
import type { ObjectResult } from "#core/object/result";
import { MAX_COPIES } from "#core/object/write";
import { foreign, objectPorts, other, own, type Witness, work } from "../../support/core/object-world.ts";
import { SimulatedS3, type Versioning } from "../../support/core/simulated-s3.ts";
import { denied, known, policyOf } from "../../support/core/world.ts";

const keys = { default: "arn:{partition}:kms:{region}:{account}:alias/s3-default" };
const kms = { algorithm: "aws:kms", key: "default", bucketKey: true };
const dsse = { algorithm: "aws:kms:dsse", key: "default" };
const wanted = { algorithm: "aws:kms", key: own, bucketKey: true } as const;
const doubly = { algorithm: "aws:kms:dsse", key: own, bucketKey: false } as const;
const sse: ObjectEncryption = { algorithm: "AES256", bucketKey: false };

interface Scene {
  readonly encryption?: object;
  readonly objects?: object;
  readonly rule?: object;
  readonly versioning?: Versioning;
  readonly written?: ObjectEncryption;
  readonly head?: Partial<ObjectFacts>;
  readonly ports?: Partial<ObjectPorts>;
  /** Called before a port's step takes effect, with its name and the number of earlier calls. */
  readonly meanwhile?: (s3: SimulatedS3, name: string, nth: number) => void;
  readonly eventName?: string;
}

interface Played {
  readonly s3: SimulatedS3;
  readonly witness: Witness;
  readonly result: ObjectResult;
  readonly ports: ObjectPorts;
}

function setUp(scene: Scene) {
  const { encryption = kms, objects, rule, versioning = "Enabled", written = sse } = scene;
  const rules = [{ id: "baseline", encryption, objects: { onWrite: "enforce", copy: true, ...objects }, ...rule }];
  const s3 = new SimulatedS3(versioning);
  s3.put("first", written, scene.head);
  s3.tick(5000);
  const counts = new Map<string, number>();
  const turn = async (name: string) => {
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    scene.meanwhile?.(s3, name, nth);
  };
  return { s3, ...objectPorts(s3, policyOf({ keys, rules }), turn, scene.ports) };
}

async function played(scene: Scene = {}): Promise<Played> {
  const { s3, ports, witness } = setUp(scene);
  const id = s3.current?.id || undefined;
  const result = await reconcileObject(ports, work(id, scene.eventName));
  return { s3, ports, witness, result };
}

type Write = ObjectPorts["writer"]["update"]["write"];

const calling = (write: Write) => ({ isAvailable: true, write });

const texts = ({ reasons }: ObjectResult) => reasons.map(({ text }) => text);
const codes = ({ reasons }: ObjectResult) => reasons.map(({ code }) => code);

test("an existing object is brought to what is declared, whatever the rule says of new ones", async () => {
  const { s3, ports } = setUp({ objects: { onWrite: "off", atRest: "enforce" } });
  const { object } = work(s3.current?.id || undefined);
  const result = await reconcileObject(ports, { object, triggers: [], atRest: true });
  expect(result).toMatchObject({ outcome: "changed", how: "update" });
  expect(s3.current?.encryption).toEqual(wanted);
});

describe("a look at an object that is not written", () => {
  test("ends as left alone if it is as declared", async () => {
    const { result } = await played({ written: wanted });
    expect(result).toEqual({
      outcome: "left alone",
      how: null,
      rule: "baseline",
      mode: "enforce",
      reasons: [],
      before: wanted,
      after: null,
      movedBytes: 0,
    });
  });

  test("ends as left alone if no rule covers it", async () => {
    const { result } = await played({ objects: { onWrite: "off" } });
    expect(result).toMatchObject({ outcome: "left alone", reasons: [{ code: "objects-off" }] });
  });

  test("ends as gone if it does not exist, which is normal", async () => {
    const { s3, ports } = setUp({ versioning: "Disabled" });
    s3.delete();
    expect(await reconcileObject(ports, work())).toMatchObject({ outcome: "gone", before: null });
  });

  test("ends as exempt if it is excepted", async () => {
    expect((await played({ objects: { except: ["2026/*"] } })).result.outcome).toBe("exempt");
  });

  test("ends as unreadable if it could not be read", async () => {
    const { ports } = setUp({});
    const reader = { ...ports.reader, head: async () => denied };
    expect(await reconcileObject({ ...ports, reader }, work())).toMatchObject({
      outcome: "unreadable",
      reasons: [{ code: "unreadable" }],
    });
  });

  test("ends as held by what the object is", async () => {
    const { result } = await played({ head: { legalHold: true } });
    expect(result).toMatchObject({ outcome: "held", how: null, after: wanted });
    expect(codes(result)).toEqual(["algorithm-differs", "object-locked"]);
    expect(result.lookAgainSeconds).toBeUndefined();
  });

  test("ends as held until it is replicated, and is repeated in a quarter of an hour", async () => {
    const { result } = await played({ head: { replication: "PENDING" } });
    expect(result).toMatchObject({ outcome: "held", lookAgainSeconds: 900 });
  });

  test.each<[string, Scene, string, string]>([
    [
      "an update outside AWS",
      { ports: { writer: { update: { isAvailable: false } } } as Partial<ObjectPorts> },
      "update-unavailable",
      "UpdateObjectEncryption is not used outside AWS: a store without it would replace the object's bytes",
    ],
    [
      "a copy without the stack's option",
      { encryption: dsse, ports: { writer: { copy: { isAvailable: false } } } as Partial<ObjectPorts> },
      "copy-not-allowed",
      "the stack was deployed without its copy option, so permissions are missing",
    ],
    [
      "an alarm that stopped writes",
      { ports: { alarm: async () => known("a<b") } },
      "integrity-alarm",
      "writes to this bucket are stopped: a\\u{3c}b",
    ],
    [
      "an alarm that could not be asked for",
      { ports: { alarm: async () => denied } },
      "pause-unknown",
      "whether writes to this bucket are stopped could not be read: AccessDenied",
    ],
    [
      "a source key that is another account's",
      { written: { algorithm: "aws:kms", key: foreign, bucketKey: false } },
      "source-key-unusable",
      `the object's own key ${foreign} belongs to account 999999999999, so the object is not re-encrypted`,
    ],
  ])("ends as held by %s", async (_, scene, code, text) => {
    const { result, s3, witness } = await played(scene);
    expect(result).toMatchObject({ outcome: "held", how: null });
    expect(result.reasons.at(-1)).toEqual({ code, text });
    expect(s3.current?.encryption).toEqual(scene.written ?? sse);
    expect(witness.intents).toBe(0);
  });

  test("is not held by a switch for updates before a copy, nor by one for copies before an update", async () => {
    const { ports } = setUp({ encryption: dsse });
    const unavailable = { isAvailable: false, write: () => Promise.reject(new Error("not available")) };
    const copies = { ...ports, writer: { ...ports.writer, update: unavailable } };
    expect((await reconcileObject(copies, work())).outcome).toBe("changed");
    const updates = setUp({}).ports;
    const noCopies = { ...updates, writer: { ...updates.writer, copy: unavailable } };
    expect((await reconcileObject(noCopies, work())).outcome).toBe("changed");
  });

  test("ends as held by the declared key, read uncached in the policy's own spelling", async () => {
    const { ports, witness } = setUp({});
    const asked: [string, boolean][] = [];
    const key: ObjectPorts["reader"]["key"] = async (_, arn, fresh) => {
      asked.push([arn, fresh]);
      const fact = await ports.reader.key(_, arn, fresh);
      return fresh && fact.known && fact.value ? known({ ...fact.value, state: "Disabled" }) : fact;
    };
    const result = await reconcileObject({ ...ports, reader: { ...ports.reader, key } }, work());
    expect(codes(result)).toEqual(["algorithm-differs", "key-disabled"]);
    expect(asked.at(-1)).toEqual(["arn:aws:kms:eu-west-1:111122223333:alias/s3-default", true]);
    expect(witness.intents).toBe(0);
  });

  test("reads only the object's own key if SSE-S3 is declared", async () => {
    const { result, witness } = await played({
      encryption: { algorithm: "AES256" },
      rule: { stronger: "weaken" },
      written: { algorithm: "aws:kms", key: other, bucketKey: false },
    });
    expect(result.outcome).toBe("changed");
    expect(witness.calls.filter((name) => name.startsWith("key"))).toEqual(["key"]);
  });

  test("ends as held by a null version that a copy would replace", async () => {
    const { s3, ports } = setUp({ encryption: dsse, versioning: "Disabled" });
    s3.versioning = "Enabled";
    s3.put("second", sse);
    s3.versioning = "Suspended";
    const result = await reconcileObject(ports, work());
    expect(codes(result)).toEqual(["algorithm-differs", "null-version-beneath"]);
    expect(s3.versions).toHaveLength(2);
  });

  test("is not held by that null version before an update, which replaces nothing", async () => {
    const { s3, ports } = setUp({ versioning: "Disabled" });
    s3.versioning = "Enabled";
    s3.put("second", sse);
    s3.versioning = "Suspended";
    expect((await reconcileObject(ports, work())).outcome).toBe("changed");
    expect(s3.versions.map(({ encryption }) => encryption)).toEqual([sse, wanted]);
  });

  test.each<[string, Scene, string, string]>([
    [
      "an observed rule",
      { rule: { mode: "observe" } },
      "objects-observed",
      "the objects of rule baseline are only observed",
    ],
    [
      "observed objects",
      { objects: { onWrite: "observe" } },
      "objects-observed",
      "the objects of rule baseline are only observed",
    ],
    ["paused writes", { ports: { paused: async () => known("by alice") } }, "paused", "by alice"],
  ])("ends as reported for %s", async (_, scene, code, text) => {
    const { result, s3, witness } = await played(scene);
    expect(result).toMatchObject({ outcome: "reported", after: wanted });
    expect(result.reasons.at(-1)).toEqual({ code, text });
    expect(s3.current?.encryption).toEqual(sse);
    expect(witness.intents).toBe(0);
  });

  test("ends as reported under a cached policy that is too old", async () => {
    const { ports } = setUp({});
    const policy = async () => ({ ...(await ports.policy()), observeOnly: "too old" });
    const result = await reconcileObject({ ...ports, policy }, work());
    expect(result).toMatchObject({ outcome: "reported" });
    expect(result.reasons.at(-1)).toEqual({ code: "policy-stale", text: "too old" });
  });
});

test("a look that would never end is an error, not a loop", async () => {
  const { ports } = setUp({});
  const head = async () => undefined as never;
  await expect(reconcileObject({ ...ports, reader: { ...ports.reader, head } }, work())).rejects.toThrow(
    "decideObject asked for facts 8 times and came to no plan",
  );
});

describe("an update", () => {
  test("changes the encryption and nothing else, and says what it was", async () => {
    const { result, s3, witness } = await played();
    expect(result).toEqual({
      outcome: "changed",
      how: "update",
      rule: "baseline",
      mode: "enforce",
      reasons: [{ code: "algorithm-differs", text: "algorithm: AES256, declared aws:kms" }],
      before: sse,
      after: wanted,
      movedBytes: 0,
    });
    expect(s3.versions).toHaveLength(1);
    expect(s3.current).toMatchObject({ bytes: "first", encryption: wanted });
    expect(witness.intents).toBe(1);
  });

  test("is pinned to the version that was seen, although the event named none", async () => {
    const { s3, ports } = setUp({
      meanwhile: (world, name, nth) => void (name === "update" && nth === 1 && world.put("newer", sse)),
    });
    const result = await reconcileObject(ports, work());
    expect(result.outcome).toBe("changed");
    expect(s3.versions.map(({ bytes, encryption }) => [bytes, encryption.algorithm])).toEqual([
      ["first", "aws:kms"],
      ["newer", "AES256"],
    ]);
  });

  test("of an object that is deleted meanwhile brings nothing back", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name) => void (name === "update" && s3.delete());
    const { result, s3 } = await played({ versioning: "Disabled", meanwhile });
    expect(result.outcome).toBe("gone");
    expect(s3.versions).toEqual([]);
  });

  test("of an object that is overwritten meanwhile is repeated, and the newer object is repaired too", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) => {
      if (name === "update" && nth === 1) s3.put("newer", sse);
    };
    const { result, s3, witness } = await played({ versioning: "Disabled", meanwhile });
    expect(result.outcome).toBe("superseded");
    expect(s3.current).toMatchObject({ bytes: "newer", encryption: wanted });
    expect(witness.intents).toBe(1);
    expect(result.reasons).toEqual([
      { code: "algorithm-differs", text: "algorithm: AES256, declared aws:kms" },
      {
        code: "object-overwritten",
        text: "changed by someone else meanwhile: overwritten after it was read for the update",
      },
    ]);
  });

  test("of an object that is deleted afterwards ends as gone, and the write is reported", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) => void (name === "head" && nth === 2 && s3.delete());
    const { result } = await played({ versioning: "Disabled", meanwhile });
    expect(result.outcome).toBe("gone");
    expect(codes(result)).toEqual(["object-overwritten", "object-gone"]);
  });

  test("that is undone once is made again, and reported as changed", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) => {
      const { current } = s3;
      if (name === "head" && nth === 2 && current) s3.replace(current, { ...current, encryption: sse });
    };
    const { result, s3, witness } = await played({ meanwhile });
    expect(result).toMatchObject({ outcome: "changed", how: "update" });
    expect(s3.current?.encryption).toEqual(wanted);
    expect(witness.calls.filter((name) => name === "update")).toHaveLength(2);
  });

  test("that is confirmed only by the next look is reported as changed, not as left alone", async () => {
    const { ports } = setUp({});
    let looks = 0;
    const head: ObjectPorts["reader"]["head"] = async (object) => {
      const found = await ports.reader.head(object);
      if (++looks !== 2 || !found.known || found.value === null) return found;
      return known({ ...found.value, encryption: sse });
    };
    const result = await reconcileObject({ ...ports, reader: { ...ports.reader, head } }, work());
    expect(result).toMatchObject({ outcome: "changed", how: "update", before: sse, after: wanted });
  });

  test("that is accepted and never confirmed is retried later, by the queue", async () => {
    const update: Write = async () => ({ kind: "written" });
    const { ports, witness } = setUp({});
    const stuck = reconcileObject({ ...ports, writer: { ...ports.writer, update: calling(update) } }, work());
    await expect(stuck).rejects.toMatchObject({
      name: "RetryableError",
      message:
        "an object of invoices stays as it was: changed by someone else meanwhile: the update is not seen, or was undone",
    });
    expect(witness.calls.filter((name) => name === "head")).toHaveLength(10);
  });

  test("of an object that is overwritten again and again is left to the last write's event", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) => {
      if (name === "head" && nth % 2 === 0) s3.put(`newer ${nth}`, sse);
    };
    const { result, witness } = await played({ versioning: "Disabled", meanwhile });
    expect(result).toMatchObject({ outcome: "superseded", how: null, rule: "baseline", before: sse, movedBytes: 0 });
    expect(codes(result)).toEqual(["algorithm-differs", "object-overwritten"]);
    expect(witness.calls.filter((name) => name === "update")).toHaveLength(5);
  });

  test("that cannot be verified counts as unconfirmed", async () => {
    const { ports } = setUp({});
    let looks = 0;
    const head: ObjectPorts["reader"]["head"] = async (object) => (++looks === 2 ? denied : ports.reader.head(object));
    const result = await reconcileObject({ ...ports, reader: { ...ports.reader, head } }, work());
    expect(result).toMatchObject({ outcome: "unreadable", how: "update" });
    expect(codes(result)).toEqual(["algorithm-differs", "unreadable"]);
    expect(texts(result).at(-1)).toBe("the write could not be read back: AccessDenied");
  });

  test("that S3 refuses for an overwritten object changes no count, since it was never counted", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name) => void (name === "update" && s3.delete());
    const { witness } = await played({ versioning: "Disabled", meanwhile });
    expect(witness.calls).not.toContain("uncountCopy");
  });

  test("by a rule that was withdrawn meanwhile ends as superseded, since the declared state is unknown now", async () => {
    const { s3, ports } = setUp({
      versioning: "Disabled",
      meanwhile: (world, name, nth) => void (name === "head" && nth === 2 && world.put("newer", sse)),
    });
    const none = policyOf({ keys, rules: [{ id: "baseline", encryption: kms }] });
    let asked = 0;
    const policy = async () => (++asked === 1 ? ports.policy() : { policy: none, version: 2, observeOnly: null });
    const result = await reconcileObject({ ...ports, policy }, work());
    expect(result).toMatchObject({ outcome: "superseded", rule: "baseline", after: wanted });
    expect(s3.current?.encryption).toEqual(sse);
  });

  test("of our own accord is not counted; one that undoes somebody's update is, until it is contested", async () => {
    expect((await played()).witness.copies).toEqual([]);
    const { s3, ports, witness } = setUp({});
    const again = async () => {
      const { current } = s3;
      if (current)
        s3.replace(current, { ...current, encryption: { algorithm: "aws:kms", key: other, bucketKey: true } });
      return (await reconcileObject(ports, work(undefined, "UpdateObjectEncryption"))).outcome;
    };
    expect([await again(), await again(), await again(), await again()]).toEqual([
      "changed",
      "changed",
      "changed",
      "contested",
    ]);
    expect(witness.copies).toHaveLength(3);
  });

  test("that undoes somebody's update among other events is counted", async () => {
    const { ports, witness } = setUp({});
    const { object, triggers } = work(undefined, "UpdateObjectEncryption");
    await reconcileObject(ports, { object, triggers: [...work().triggers, ...triggers] });
    expect(witness.copies).toHaveLength(1);
  });
});

describe("a refused update", () => {
  const refusing = (name: string, message: string): Partial<ObjectPorts> => {
    const refuse = async () => ({ kind: "refused", error: { name, message } }) as const;
    return { writer: { update: calling(refuse), copy: calling(refuse), copyLarge: calling(refuse) } };
  };

  test("of an unchanged object ends as failed", async () => {
    const { result } = await played({ ports: refusing("AccessDenied", "Access Denied") });
    expect(result).toMatchObject({ outcome: "failed", how: null });
    expect(result.reasons.at(-1)).toEqual({
      code: "write-refused",
      text: "S3 refused the write: AccessDenied: Access Denied",
    });
  });

  test("that somebody decided ends as held", async () => {
    const { result } = await played({ ports: refusing("AccessDenied", "with an explicit deny") });
    expect([result.outcome, codes(result).at(-1)]).toEqual(["held", "managed-elsewhere"]);
  });

  test("of an object that can no longer be read is judged by the refusal", async () => {
    const { ports } = setUp({ ports: refusing("AccessDenied", "Access Denied") });
    let looks = 0;
    const head: ObjectPorts["reader"]["head"] = async (object) => (++looks === 2 ? denied : ports.reader.head(object));
    expect((await reconcileObject({ ...ports, reader: { ...ports.reader, head } }, work())).outcome).toBe("failed");
  });

  test("of an object that was locked meanwhile is held for the lock", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name) => {
      const { current } = s3;
      if (name === "update" && current) s3.replace(current, { ...current, more: { legalHold: true } });
    };
    const { result } = await played({ meanwhile });
    expect([result.outcome, codes(result).at(-1)]).toEqual(["held", "object-locked"]);
    expect(codes(result)).not.toContain("object-overwritten");
  });

  test("of an object that changes every time is left to the last write's event", async () => {
    const { s3, ports } = setUp({ versioning: "Disabled" });
    let count = 0;
    const update: Write = async () => {
      s3.put(`newer ${++count}`, sse);
      return { kind: "refused", error: { name: "AccessDenied", message: "no" } };
    };
    const result = await reconcileObject({ ...ports, writer: { ...ports.writer, update: calling(update) } }, work());
    expect(result.outcome).toBe("superseded");
    expect(texts(result).at(-1)).toBe("changed by someone else meanwhile: right before the write");
  });

  test("of an object that was deleted meanwhile is gone", async () => {
    const { s3, ports } = setUp({ versioning: "Disabled" });
    const update: Write = async () => {
      s3.delete();
      return { kind: "refused", error: { name: "AccessDenied", message: "no" } };
    };
    expect(
      (await reconcileObject({ ...ports, writer: { ...ports.writer, update: calling(update) } }, work())).outcome,
    ).toBe("gone");
  });
});

describe("a copy in parts", () => {
  const large = { encryption: dsse, objects: { copyLarge: true }, ports: { mostBytes: 4 } };

  test("is made where the object is too large for one copy, and is verified like one", async () => {
    const { result, s3, witness } = await played(large);
    expect(result).toMatchObject({ outcome: "changed", how: "copyLarge", movedBytes: 5 });
    expect(s3.current?.encryption).toEqual(doubly);
    const steps = witness.calls.filter((name) => /head|parts|countCopy|uploading/i.test(name));
    expect(steps).toEqual(["head", "countCopy", "head", "uploading", "parts", "parts are joined", "head"]);
    expect((await played({ ...large, ports: { mostBytes: 5 } })).result.how).toBe("copy");
  });

  test("loses to a write that comes before its parts are joined", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) =>
      void (name === "parts are joined" && nth === 1 && s3.put("newer", sse));
    const { result, s3 } = await played({ ...large, meanwhile });
    expect([result.outcome, s3.current?.bytes]).toEqual(["held", "newer"]);
    expect(codes(result)).toContain("object-not-current");
  });

  const answering = (answer: ObjectWrite): Scene => {
    const never = calling(async () => answer);
    return { ...large, ports: { mostBytes: 4, writer: { update: never, copy: never, copyLarge: never } } };
  };

  test("that is unfinished is under way: nothing is told, and no copy is counted", async () => {
    const { result, witness } = await played(answering({ kind: "unfinished", text: "3 of 20 parts are copied" }));
    expect(result).toMatchObject({ outcome: "held", how: null, underWay: true, movedBytes: 0 });
    expect(result.reasons.at(-1)).toEqual({ code: "copy-under-way", text: "3 of 20 parts are copied" });
    expect(witness.copies).toEqual([]);
  });

  test("that would lose something is held for that, and no copy is counted", async () => {
    const reason = { code: "copy-loses-annotations", text: "it has annotations" } as const;
    const { result, witness } = await played(answering({ kind: "held", reason }));
    expect([result.outcome, result.reasons.at(-1), result.underWay]).toEqual(["held", reason, undefined]);
    expect(witness.copies).toEqual([]);
  });
});

describe("a copy", () => {
  test("is preceded and followed by a read, and reports the version that it leaves", async () => {
    const { result, s3, witness } = await played({ encryption: dsse });
    const [old, made] = s3.versions;
    expect(result).toEqual({
      outcome: "changed",
      how: "copy",
      rule: "baseline",
      mode: "enforce",
      reasons: [
        { code: "algorithm-differs", text: "algorithm: AES256, declared aws:kms:dsse" },
        { code: "old-version-remains", text: `version ${old?.id} keeps its old encryption` },
      ],
      before: sse,
      after: doubly,
      movedBytes: 5,
    });
    expect([old?.encryption, made?.encryption, made?.bytes]).toEqual([sse, doubly, "first"]);
    const steps = witness.calls.filter((name) => /head|copy|intend|versioning/i.test(name));
    expect(steps).toEqual(["head", "versioning", "countCopy", "intend", "head", "copy", "copy writes", "head"]);
  });

  test.each<Versioning>(["Disabled", "Suspended"])(
    "leaves nothing behind where versioning is %s",
    async (versioning) => {
      const { result, s3 } = await played({ encryption: dsse, versioning });
      expect(codes(result)).toEqual(["algorithm-differs"]);
      expect(s3.versions).toHaveLength(1);
      expect(s3.current?.encryption).toEqual(doubly);
    },
  );

  test("leaves no version if versioning is suspended and S3 names no version either", async () => {
    const { ports } = setUp({ encryption: dsse, versioning: "Suspended" });
    const { writer } = ports;
    const copy: Write = async (...given) => {
      const { versionId: _, sourceVersionId: __, ...written } = (await writer.copy.write(...given)) as Receipt;
      return written;
    };
    const result = await reconcileObject({ ...ports, writer: { ...writer, copy: calling(copy) } }, work());
    expect([result.outcome, codes(result)]).toEqual(["changed", ["algorithm-differs"]]);
  });

  test("that read a newer version with the same bytes names that one", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name) => void (name === "copy" && s3.put("first", sse));
    const { result, s3 } = await played({ encryption: dsse, meanwhile });
    const [, successor, made] = s3.versions;
    expect(made?.meta).toBe(successor?.meta);
    expect(texts(result)).toContain(`version ${successor?.id} keeps its old encryption`);
  });

  test.each<[string, (s3: SimulatedS3) => void]>([
    ["overwritten with the same bytes", (s3) => void s3.put("first", sse)],
    ["overwritten with others", (s3) => void s3.put("other", sse)],
  ])("of a version that was %s right before is not made, since it is no longer current", async (_, act) => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) => void (name === "head" && nth === 2 && act(s3));
    const { result, s3, witness } = await played({ encryption: dsse, meanwhile });
    expect([result.outcome, codes(result).at(-1)]).toEqual(["held", "object-not-current"]);
    expect(s3.versions).toHaveLength(2);
    expect(witness.calls).not.toContain("copy");
    expect(witness.copies).toEqual([]);
  });

  test("of an object that was deleted right before is not made", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) => void (name === "head" && nth === 2 && s3.delete());
    const { result, s3, witness } = await played({ encryption: dsse, versioning: "Disabled", meanwhile });
    expect(result.outcome).toBe("gone");
    expect(s3.versions).toEqual([]);
    expect(witness.calls).not.toContain("copy");
    expect(result.reasons).toEqual([{ code: "object-gone", text: "the object is gone" }]);
  });

  test.each<Versioning>(["Disabled", "Suspended"])(
    "waits for a multipart upload that is under way, which it would hide with versioning %s",
    async (versioning) => {
      const { s3, ports, witness } = setUp({ encryption: dsse, versioning });
      const begun = s3.now;
      s3.uploads.add(begun);
      s3.tick(1000);
      const result = await reconcileObject(ports, work());
      expect(result).toMatchObject({ outcome: "held", how: null, lookAgainSeconds: 900 });
      expect(codes(result)).toEqual(["algorithm-differs", "upload-under-way"]);
      expect(witness.copies).toEqual([]);
      s3.complete("uploaded", sse, begun);
      expect(s3.current?.bytes).toBe("uploaded");
      expect((await reconcileObject(ports, work())).outcome).toBe("changed");
      expect([s3.current?.bytes, s3.current?.encryption]).toEqual(["uploaded", doubly]);
    },
  );

  test("waits if it is unknown whether an upload is under way", async () => {
    const { ports, s3 } = setUp({ encryption: dsse });
    const reader = { ...ports.reader, uploading: async () => denied };
    const result = await reconcileObject({ ...ports, reader }, work());
    expect(result).toMatchObject({ outcome: "unreadable", lookAgainSeconds: 900 });
    expect(texts(result).at(-1)).toMatch(/^whether a multipart upload is under way could not be read: /);
    expect(s3.current?.encryption).toEqual(sse);
  });

  test("of an object that cannot be read right before is not made", async () => {
    const { s3, ports } = setUp({ encryption: dsse });
    let looks = 0;
    const head: ObjectPorts["reader"]["head"] = async (object) => (++looks === 2 ? denied : ports.reader.head(object));
    const result = await reconcileObject({ ...ports, reader: { ...ports.reader, head } }, work());
    expect(result).toMatchObject({ outcome: "unreadable", how: null });
    expect(codes(result)).toEqual(["algorithm-differs", "unreadable"]);
    expect(texts(result).at(-1)).toBe("the object could not be read right before the copy: AccessDenied");
    expect(s3.versions).toHaveLength(1);
  });

  test("that S3 refuses for an overwritten object is uncounted and made of the newer object", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) =>
      void (name === "copy writes" && nth === 1 && s3.put("newer", sse));
    const { result, s3, witness } = await played({ encryption: dsse, versioning: "Disabled", meanwhile });
    expect(result).toMatchObject({ outcome: "changed", how: "copy", movedBytes: 5 });
    expect(s3.current).toMatchObject({ bytes: "newer", encryption: doubly });
    expect(witness.copies).toHaveLength(1);
    expect(witness.intents).toBe(1);
  });

  test("that is overwritten afterwards counts its bytes all the same", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) =>
      void (name === "head" && nth === 3 && s3.put("newer!", sse));
    const { result, witness } = await played({ encryption: dsse, versioning: "Disabled", meanwhile });
    expect(result).toMatchObject({ outcome: "changed", movedBytes: 5 + 6 });
    expect(witness.copies).toHaveLength(2);
  });

  test("that somebody overwrote as declared ends as superseded", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) =>
      void (name === "head" && nth === 3 && s3.put("newer", doubly));
    const { result } = await played({ encryption: dsse, versioning: "Disabled", meanwhile });
    expect(result).toMatchObject({ outcome: "superseded", how: null, before: sse, after: doubly, movedBytes: 5 });
    expect(result.reasons.at(-1)).toEqual({
      code: "object-overwritten",
      text: "changed by someone else meanwhile: overwritten after the copy",
    });
  });

  test("that was made, overwritten, retried in vain and is as declared now ends as superseded", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) => {
      if (name === "head" && nth === 3) s3.put("newer", sse);
      if (name === "copy writes" && nth === 2) s3.put("newest", doubly);
    };
    const { result, witness } = await played({ encryption: dsse, versioning: "Disabled", meanwhile });
    expect(result).toMatchObject({ outcome: "superseded", movedBytes: 5 });
    expect(texts(result).at(-1)).toBe("changed by someone else meanwhile: overwritten after the copy");
    expect(witness.copies).toHaveLength(1);
  });

  test("of an object that changes before every attempt is left to the last write's event", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) => {
      if (name === "head" && nth % 2 === 0) s3.put(`newer ${nth}`, sse);
    };
    const { result, witness } = await played({ encryption: dsse, versioning: "Disabled", meanwhile });
    expect(result.outcome).toBe("superseded");
    expect(texts(result).at(-1)).toBe("changed by someone else meanwhile: right before the copy");
    expect(witness.calls).not.toContain("copy");
  });

  test("before which somebody wrote as declared is not made, and nothing is reported", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) =>
      void (name === "copy writes" && nth === 1 && s3.put("newer", doubly));
    const { result } = await played({ encryption: dsse, versioning: "Disabled", meanwhile });
    expect(result).toMatchObject({ outcome: "left alone", reasons: [], movedBytes: 0 });
  });

  test("that somebody overwrote with a state to be held is reported with that hold", async () => {
    const meanwhile: Scene["meanwhile"] = (s3, name, nth) =>
      void (name === "head" && nth === 3 && s3.put("newer", sse, { legalHold: true }));
    const { result } = await played({ encryption: dsse, versioning: "Disabled", meanwhile });
    expect(codes(result)).toEqual(["object-overwritten", "algorithm-differs", "object-locked"]);
    expect(result).toMatchObject({ outcome: "held", movedBytes: 5 });
  });

  test("that is overwritten five times is left to the event of the last write", async () => {
    let count = 0;
    const meanwhile: Scene["meanwhile"] = (s3, name) =>
      void (name === "copy writes" && s3.put(`newer ${++count}`, sse));
    const { result, witness } = await played({ encryption: dsse, versioning: "Disabled", meanwhile });
    expect(result).toMatchObject({ outcome: "superseded", rule: "baseline", mode: "enforce", movedBytes: 0 });
    expect(result.reasons.at(-1)).toEqual({
      code: "object-overwritten",
      text: "changed by someone else meanwhile: PreconditionFailed: If-Match",
    });
    expect(witness.calls.filter((name) => name === "copy")).toHaveLength(5);
    expect(witness.copies).toEqual([]);
  });

  test("of one key is made three times in ten minutes, then it is contested and looked at again later", async () => {
    const { s3, ports, witness } = setUp({ encryption: dsse });
    for (let copy = 1; copy <= MAX_COPIES; copy++) {
      s3.put(`again ${copy}`, sse);
      expect((await reconcileObject(ports, work())).outcome).toBe("changed");
    }
    s3.put("once more", sse);
    const result = await reconcileObject(ports, work());
    expect(result).toMatchObject({ outcome: "contested", how: null, lookAgainSeconds: 900 });
    expect(result.reasons.at(-1)).toEqual({
      code: "copied-too-often",
      text: "written 3 times in ten minutes: someone keeps undoing it",
    });
    expect(witness.intents).toBe(3);
    expect(witness.copies).toHaveLength(3);
    s3.tick(600_001);
    expect((await reconcileObject(ports, work())).outcome).toBe("changed");
  });

  test("counts its attempts if they cannot be uncounted", async () => {
    let count = 0;
    const meanwhile: Scene["meanwhile"] = (s3, name) =>
      void (name === "copy writes" && s3.put(`newer ${++count}`, sse));
    const { s3, ports, witness } = setUp({ encryption: dsse, versioning: "Disabled", meanwhile });
    const keeping = { ...ports, uncountCopy: async () => undefined };
    expect((await reconcileObject(keeping, work())).outcome).toBe("contested");
    expect(witness.copies).toHaveLength(4);
    expect(s3.current?.encryption).toEqual(sse);
  });

  test.each([
    ["copy", { encryption: dsse }],
    ["update", { eventName: "UpdateObjectEncryption" }],
  ] as const)("%s: throttled again and again is no contest, and is done once S3 lets it", async (name, scene) => {
    const { ports, witness } = setUp(scene);
    const slow = async () => {
      throw Object.assign(new Error("SlowDown"), { name: "RetryableError" });
    };
    const asked = work(undefined, "UpdateObjectEncryption");
    for (let delivery = 1; delivery <= MAX_COPIES + 1; delivery++) {
      const writer = { ...ports.writer, [name]: calling(slow) };
      await expect(reconcileObject({ ...ports, writer }, asked)).rejects.toThrow("SlowDown");
    }
    expect(witness.copies).toEqual([]);
    const uncountCopy = () => Promise.reject(new Error("the ledger is slow as well"));
    const both = { ...ports, uncountCopy, writer: { ...ports.writer, [name]: calling(slow) } };
    await expect(reconcileObject(both, asked)).rejects.toThrow("SlowDown");
    expect((await reconcileObject(ports, asked)).outcome).toBe("changed");
  });

  test("for which an update is throttled uncounts nothing, since nothing was counted", async () => {
    const { ports, witness } = setUp({});
    const update = () => Promise.reject(new Error("SlowDown"));
    await expect(
      reconcileObject({ ...ports, writer: { ...ports.writer, update: calling(update) } }, work()),
    ).rejects.toThrow("SlowDown");
    expect(witness.calls).not.toContain("uncountCopy");
  });

  test("that was made counts, although its verification failed", async () => {
    const { ports, witness } = setUp({ encryption: dsse });
    let heads = 0;
    const head: ObjectPorts["reader"]["head"] = (object) =>
      ++heads === 3 ? Promise.reject(new Error("later")) : ports.reader.head(object);
    await expect(reconcileObject({ ...ports, reader: { ...ports.reader, head } }, work())).rejects.toThrow("later");
    expect(witness.copies).toHaveLength(1);
  });

  test("that is refused is judged like a refused update, and not uncounted, since S3 may have started it", async () => {
    const { ports, witness } = setUp({ encryption: dsse });
    const copy: Write = async () => ({
      kind: "refused",
      error: { name: "AccessDenied", message: "no" },
    });
    const result = await reconcileObject({ ...ports, writer: { ...ports.writer, copy: calling(copy) } }, work());
    expect([result.outcome, codes(result).at(-1)]).toEqual(["failed", "write-refused"]);
    expect(witness.copies).toHaveLength(1);
  });
});

describe("the integrity alarm", () => {
  /** A store that misinterprets UpdateObjectEncryption. */
  const spoiled =
    (s3: SimulatedS3): Write =>
    async () => {
      const { current } = s3;
      if (current)
        s3.replace(current, { ...current, bytes: "<ObjectEncryption>", size: 18, etag: '"x"', encryption: wanted });
      return { kind: "written" };
    };

  test.each<Versioning>(["Enabled", "Suspended", "Disabled"])(
    "%s: the same object with other bytes stops all writes to the bucket",
    async (versioning) => {
      const { s3, ports, witness } = setUp({ versioning });
      const broken = { ...ports, writer: { ...ports.writer, update: calling(spoiled(s3)) } };
      const result = await reconcileObject(broken, work());
      expect(result).toMatchObject({ outcome: "failed", how: "update", movedBytes: 0 });
      expect(result.reasons.at(-1)?.code).toBe("integrity-alarm");
      expect(witness.alarm).toBe(result.reasons.at(-1)?.text);
      s3.put("next", sse);
      const next = await reconcileObject(broken, work());
      expect(next).toMatchObject({ outcome: "held" });
      expect(next.reasons.at(-1)?.text).toBe(`writes to this bucket are stopped: ${witness.alarm}`);
      expect(s3.current?.bytes).toBe("next");
    },
  );

  test("is not raised if the object was written in the same second as the first look, which proves nothing", async () => {
    const { s3, ports, witness } = setUp({ versioning: "Disabled" });
    s3.put("just now", sse);
    let spoils = 0;
    const update: Write = (...given) => (spoils++ === 0 ? spoiled(s3)(...given) : ports.writer.update.write(...given));
    const result = await reconcileObject({ ...ports, writer: { ...ports.writer, update: calling(update) } }, work());
    expect(result.outcome).toBe("superseded");
    expect(witness.alarm).toBeNull();
  });
});
