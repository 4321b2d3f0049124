import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LEASE_SECONDS } from "#core/ledger/lease";
import type { Write } from "../../support/simulation/aws.ts";
import { alertsOf, broken, truth } from "../../support/simulation/checks.ts";
import { person, type Simulation } from "../../support/simulation/simulation.ts";
import {
  asDeclared,
  type Configuration,
  calls,
  clearUp,
  type Deed,
  dependencies,
  type PolicyName,
  perform,
  storyOf,
  switches,
  tape,
  timed,
} from "../../support/simulation/story.ts";
import type { Weather } from "../../support/simulation/worker.ts";
import { runs } from "../../support/soak.ts";

/** Shrinking a schedule of hundreds of choices must end before the test times out. */
const limits = { numRuns: runs(150), interruptAfterTimeLimit: 20_000 };
const anything = timed(fc.oneof({ weight: 2, arbitrary: calls }, switches), 10);
const weather: fc.Arbitrary<Weather> = fc.record({
  stale: fc.constantFrom(0, 500, 3000, 12_000),
  crashes: fc.constantFrom(0, 0, 1, 2),
  faults: fc.constantFrom(0, 0, 2, 5),
});
const policy = fc.constantFrom<PolicyName[]>("enforce", "tags", "observe");
const schedule = fc.record({ choices: tape, weather, deeds: anything, policy });

type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

const HOLDS = ["held", "reported", "failed", "unreadable", "contested"];

/** Milliseconds that a look takes at most from its reads to its write. */
const A_LOOK = 30_000;

/** Whether a write brings a bucket under KMS that was not, as its look and its intent had it. */
function comesUnderKms({ over, wanted, intent }: Write): boolean {
  const isKms = (each: { readonly algorithm?: string } | null | undefined) =>
    each?.algorithm?.startsWith("aws:kms") === true;
  return !isKms(over) && !isKms(intent?.before) && isKms(wanted);
}

/** Runs a schedule to its end; SNS then works again, so that the queue drains. */
async function play({ choices, weather, deeds, policy }: Schedule): Promise<Simulation> {
  const lasting = deeds.reduce((sum, [gap]) => sum + gap, 0);
  const repaired: Deed = { kind: "break SNS", is: false };
  const simulation = storyOf(choices, weather, deeds, policy);
  simulation.clock.in(lasting + 30_000, () => perform(simulation, repaired));
  await simulation.run();
  return simulation;
}

describe("whatever happens, in any order, to any number of workers,", () => {
  test("a bucket ends as declared, or an alert says what prevents that", async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (each) => {
        const simulation = await play(each);
        const { state } = simulation.aws;
        const { action } = truth(simulation);
        if (action !== "none") {
          expect(HOLDS).toContain(state.outcome);
          expect(alertsOf(simulation.aws).at(-1)?.outcome).toBe(state.outcome);
        }
        expect([state.intent === null || state.outcome === "unreadable", state.outbox]).toEqual([true, null]);
      }),
      limits,
    );
  });

  test("the next look repairs a bucket once nothing prevents that any more", async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (each) => {
        const simulation = await play(each);
        clearUp(simulation);
        simulation.clock.in(60_000, () => simulation.sweep());
        await simulation.run();
        const { action } = truth(simulation);
        const { outcome, intent, outbox } = simulation.aws.state;
        if (action === "write") expect([each.policy, outcome]).toEqual(["observe", "reported"]);
        if (action === "hold") expect(outcome).toBe("held");
        if (action === "none" && simulation.aws.encryption !== null) expect(HOLDS).not.toContain(outcome);
        expect([intent, outbox]).toEqual([null, null]);
        expect(broken(simulation)).toEqual([]);
      }),
      limits,
    );
  });

  test("the ledger records every call that was made", async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (each) => {
        const simulation = await play(each);
        const known = simulation.aws.state.triggers.map((event) => event.eventId);
        expect(known.toSorted()).toEqual(simulation.events.map((event) => event.eventId).toSorted());
      }),
      limits,
    );
  });

  test("nothing is written while writes are paused, while a rule or an outdated policy only observes, or where a read fails", async () => {
    const stop = fc.constantFrom<Deed[]>(
      { kind: "pause", is: true },
      { kind: "policy stale", is: true },
      { kind: "deny read", is: true },
      { kind: "disable key", is: true },
    );
    await fc.assert(
      fc.asyncProperty(schedule, stop, timed(calls, 6), async (each, stopped, deeds) => {
        const simulation = await play({ ...each, deeds: [[0, stopped], ...deeds] });
        // While the key is disabled, a write that needs no key or carries over what was seen is
        // allowed.
        const writes = simulation.aws.writes.filter(
          ({ wanted, intent }) => stopped.kind !== "disable key" || (wanted.key && wanted.key !== intent?.before?.key),
        );
        expect(writes).toEqual([]);
        if (stopped.kind === "deny read")
          expect(simulation.aws.state.outcome).toBe(simulation.events.length === 0 ? null : "unreadable");
      }),
      limits,
    );
  });

  test("a bucket does not come under KMS while something depends on it, or nobody can see whether it does", async () => {
    const aes = fc.constant<Deed>({ kind: "put", who: "alice", what: "aes" });
    const deeds = timed(fc.oneof({ weight: 3, arbitrary: aes }, { weight: 3, arbitrary: dependencies }, calls), 16);
    await fc.assert(
      fc.asyncProperty(schedule, deeds, async (each, deeds) => {
        const { writes, dependents } = (await play({ ...each, policy: "enforce", deeds })).aws;
        for (const { at, over, wanted } of writes.filter(comesUnderKms)) {
          // What a look read before the change it could not know.
          const lately = dependents.filter((_, index) => (dependents[index + 1]?.at ?? at) >= at - A_LOOK);
          const known = lately.filter((each) => each.at <= at).map(({ what }) => what);
          // S3 has no read of everything at once: of two states during one look it may see neither.
          if (new Set(known).size > 1) continue;
          expect({ at, over, wanted, known }).toEqual({ at, over, wanted, known: expect.arrayContaining(["nothing"]) });
        }
      }),
      limits,
    );
  });

  test("each violation leads to one write and one alert if no call fails, however often and late its event is delivered", async () => {
    await fc.assert(
      fc.asyncProperty(
        tape,
        fc.constantFrom(0, 500, 3000),
        fc.array(fc.constantFrom<Configuration[]>("aes", "another key", "a relative key", "no bucket key"), {
          minLength: 1,
          maxLength: 4,
        }),
        async (choices, stale, violations) => {
          // Far enough apart that each is an incident of its own.
          const deeds = violations.map((what) => [660_000, { kind: "put", who: "alice", what }] as const);
          const simulation = storyOf(choices, { stale, crashes: 0, faults: 0 }, deeds);
          await simulation.run();
          expect(simulation.aws.writes).toHaveLength(violations.length);
          const alerts = simulation.aws.published.map(({ alert }) => alert);
          expect(alerts.map(({ outcome }) => outcome)).toEqual(violations.map(() => "changed"));
          expect(alerts.map(({ event }) => event?.id)).toEqual(simulation.events.map(({ eventId }) => eventId));
        },
      ),
      limits,
    );
  });
});

describe("one incident of several calls within a second", () => {
  const violations = fc.constantFrom<Configuration[]>(
    "aes",
    "another key",
    "a relative key",
    "no bucket key",
    "SSE-C allowed",
  );
  const burst = fc.array(fc.tuple(fc.nat(250), fc.constantFrom("alice", "ci"), violations), {
    minLength: 2,
    maxLength: 4,
  });

  test("ends as declared in any order of its events, with an alert and every caller on record", async () => {
    await fc.assert(
      fc.asyncProperty(tape, fc.constantFrom(0, 500, 3000), burst, async (choices, stale, calls) => {
        const deeds = calls.map(([gap, who, what]) => [gap, { kind: "put", who, what }] as const);
        const simulation = storyOf(choices, { stale, crashes: 0, faults: 0 }, deeds);
        await simulation.run();
        const { aws, events } = simulation;
        expect(aws.encryption).toEqual(asDeclared);
        expect(aws.state.triggers.map(({ eventId }) => eventId).toSorted()).toEqual(
          events.map(({ eventId }) => eventId).toSorted(),
        );
        expect(new Set(aws.state.triggers.map(({ actor }) => actor))).toEqual(
          new Set(calls.map(([, who]) => person(who).arn)),
        );
        expect(aws.published.map(({ alert }) => alert.outcome)).toContain("changed");
        expect(broken(simulation)).toEqual([]);
      }),
      limits,
    );
  });
});

describe("a worker that dies", () => {
  /** Both halves of every call of a repair, before and after its effect. */
  const moments = Array.from({ length: 28 }, (_, at) => at);

  test.each(moments)("at call %i does not block the bucket for longer than its lease", async (diesAfter) => {
    const deeds = [
      [0, { kind: "put", who: "alice", what: "aes" }],
      [10_000, { kind: "put", who: "ci", what: "another key" }],
    ] as const;
    const simulation = storyOf([], { stale: 0, crashes: 0, faults: 0, diesAfter }, deeds);
    let action: string | null = null;
    simulation.clock.in(10_000 + LEASE_SECONDS * 1000, () => {
      action = truth(simulation).action;
    });
    await simulation.run();
    expect(action).toBe("none");
    expect(broken(simulation)).toEqual([]);
  });

  test.each(moments)("at call %i leaves the rest to the redelivered message", async (diesAfter) => {
    const simulation = storyOf([], { stale: 0, crashes: 0, faults: 0, diesAfter }, [
      [0, { kind: "put", who: "alice", what: "aes" }],
    ]);
    await simulation.run();
    const { state, writes } = simulation.aws;
    const alerts = alertsOf(simulation.aws);
    expect(simulation.aws.encryption).toEqual(asDeclared);
    expect(writes.length).toBe(1);
    expect(alerts.map(({ outcome, actor }) => [outcome, actor?.arn])).toEqual([["changed", person("alice").arn]]);
    expect([state.intent, state.outbox]).toEqual([null, null]);
    expect(broken(simulation)).toEqual([]);
  });
});
