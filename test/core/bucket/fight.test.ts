import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { broken, truth } from "../../support/simulation/checks.ts";
import { type Fight, fightOf, misTold, soFar } from "../../support/simulation/fight.ts";
import { person, START } from "../../support/simulation/simulation.ts";
import { perform, tape } from "../../support/simulation/story.ts";
import { OWN_ROLE } from "../../support/simulation/worker.ts";
import { runs } from "../../support/soak.ts";

const MINUTE = 60_000;
const seconds = (count: number, what: Fight["what"]): Fight => ({ every: count * 1000, what });
const ci = String(person("ci").arn);

describe("somebody who puts a bucket back for ten minutes causes at most six writes and two alerts", () => {
  test.each<[string, Fight]>([
    ["at once", seconds(0.05, ["aes"])],
    ["every second", seconds(1, ["aes"])],
    ["every ten seconds", seconds(10, ["aes"])],
    ["every minute", seconds(60, ["aes"])],
    ["every three minutes", seconds(180, ["aes"])],
    ["with another configuration each time", seconds(5, ["aes", "another key", "a relative key", "SSE-C allowed"])],
    ["with another key and without", seconds(1, ["another key", "aes"])],
    ["with what matters less each time", seconds(1, ["aes", "no bucket key"])],
    ["and forth", { ...seconds(1, ["aes"]), toggles: true }],
    ["and forth, every ten seconds", { ...seconds(10, ["aes"]), toggles: true }],
  ])("%s", async (_, fight) => {
    const simulation = fightOf(fight);
    await simulation.run();
    const { writes, alerts } = soFar(simulation, 10 * MINUTE);
    expect(alerts.map(({ outcome }) => outcome)).toEqual(["changed", "contested"]);
    expect(writes).toBeLessThanOrEqual(6);
    // The bucket is repaired once they have stopped, and everything is told.
    expect(truth(simulation).action).toBe("none");
    expect(simulation.aws.state).toMatchObject({ breaker: null, due: null, outbox: null, intent: null });
    expect(misTold(simulation)).toEqual([]);
    expect(broken(simulation)).toEqual([]);
  });

  test("in whatever order their events arrive, and whatever S3 shows meanwhile", async () => {
    const what = fc.constantFrom<Fight["what"]>(["aes"], ["another key", "aes"], ["SSE-C allowed"], ["no bucket key"]);
    const fights = fc.record({
      every: fc.constantFrom(50, 300, 1000, 7000, 31_000, 100_000),
      what,
      stale: fc.constantFrom(0, 0, 500, 3000),
    });
    await fc.assert(
      fc.asyncProperty(tape, fights, async (choices, fight) => {
        const simulation = fightOf(fight, choices);
        await simulation.run();
        const { writes } = soFar(simulation, 10 * MINUTE);
        expect(writes).toBeLessThanOrEqual(6);
        expect(truth(simulation).action).toBe("none");
        // A write that was undone before it was seen looks like one that is not visible yet: it is
        // made again, and both are told as one.
        expect(broken(simulation).filter((what) => what !== "a write without an alert")).toEqual([]);
      }),
      { numRuns: runs(60), interruptAfterTimeLimit: 20_000 },
    );
  });
});

describe("the alert about a contested bucket", () => {
  test("names both, counts, lists our changes and says what to do", async () => {
    const simulation = fightOf(seconds(10, ["aes"]));
    await simulation.run();
    const { alerts } = soFar(simulation, 10 * MINUTE);
    const [, second, third] = simulation.aws.writes.map(({ intent }) => intent?.id);
    expect(alerts[1]).toMatchObject({
      outcome: "contested",
      severity: "critical",
      actor: { arn: ci },
      contest: { ours: OWN_ROLE, theirs: [ci], writes: 3 },
      repeated: { incident: alerts[0]?.id, times: 4, folded: [{ actor: ci, count: 2, changes: [second, third] }] },
      next: [
        expect.stringContaining("bucketseal apply invoices"),
        expect.stringMatching(/then run: bucketseal resume invoices$/),
      ],
    });
    expect(alerts[1]?.reasons).toEqual([
      expect.stringMatching(new RegExp(`^undone again by ${ci}, the 4th time since `)),
      "algorithm: AES256, declared aws:kms",
      expect.stringMatching(new RegExp(`^${OWN_ROLE} wrote 3 times, and ${ci} undid it: .* nothing is written until `)),
      "until then, objects written to the bucket are not encrypted as declared",
      expect.stringMatching(/^2 more times by .*, counted instead of told one by one$/),
    ]);
  });

  test("is followed by one alert for each trial that is undone, and the cool-down doubles", async () => {
    const simulation = fightOf({ ...seconds(5, ["aes"]), lasts: 200 * MINUTE });
    await simulation.run();
    const contested = soFar(simulation).alerts.filter(({ outcome }) => outcome === "contested");
    const coolDowns = contested.map(({ time, contest }) =>
      Math.round((Date.parse(contest?.until ?? "") - Date.parse(time)) / MINUTE),
    );
    expect(coolDowns).toEqual([10, 20, 40, 80, 160]);
    expect(contested.slice(1).map(({ repeated }) => repeated?.folded[0]?.changes.length)).toEqual([1, 1, 1, 1]);
    expect(soFar(simulation).alerts.map(({ outcome }) => outcome)).toEqual([
      "changed",
      ...contested.map(({ outcome }) => outcome),
      "changed",
    ]);
    expect(soFar(simulation).alerts.at(-1)?.reasons).toContainEqual(expect.stringContaining("the breaker is closed"));
    expect(misTold(simulation)).toEqual([]);
  });

  test("comes again where somebody else joins in, or where it gets worse", async () => {
    const simulation = fightOf(seconds(10, ["no bucket key"]));
    simulation.clock.in(5 * MINUTE, () => perform(simulation, { kind: "put", who: "alice", what: "no bucket key" }));
    simulation.clock.in(6 * MINUTE, () => perform(simulation, { kind: "put", who: "alice", what: "aes" }));
    await simulation.run();
    const { alerts } = soFar(simulation, 10 * MINUTE);
    expect(alerts.map(({ outcome, severity, actor }) => [outcome, severity, actor?.arn])).toEqual([
      ["changed", "medium", ci],
      ["contested", "high", ci],
      ["contested", "critical", person("alice").arn],
    ]);
  });

  test("is the last one where a person closes the breaker: the next look repairs the bucket", async () => {
    const simulation = fightOf({ ...seconds(10, ["aes"]), lasts: 2 * MINUTE });
    const { aws, clock } = simulation;
    clock.in(4 * MINUTE, () => {
      aws.resumed = new Date(clock.now).toISOString();
      simulation.sweep();
    });
    await simulation.run();
    expect(soFar(simulation, 5 * MINUTE).writes).toBe(4);
    expect(aws.state).toMatchObject({ breaker: null, due: null });
    expect(truth(simulation).action).toBe("none");
    expect(misTold(simulation)).toEqual([]);
    // What somebody closed before says nothing about the next fight.
    const later = fightOf(seconds(10, ["aes"]));
    later.aws.resumed = new Date(START - 1).toISOString();
    await later.run();
    expect(soFar(later, 10 * MINUTE).writes).toBe(3);
  });

  test("is not needed where the like happens once an hour: it is told each time, with how often", async () => {
    const simulation = fightOf({ ...seconds(3600, ["aes"]), lasts: 250 * MINUTE });
    await simulation.run();
    const { alerts } = soFar(simulation);
    expect(alerts.map(({ outcome }) => outcome)).toEqual(Array(5).fill("changed"));
    expect(alerts.map(({ repeated }) => repeated?.times)).toEqual([undefined, 2, 3, 4, 5]);
    expect(alerts[2]?.reasons[0]).toMatch(new RegExp(`^undone again by ${ci}, the 3rd time since 2026-11-21T08:0`));
    expect(new Set(alerts.slice(1).map(({ repeated }) => repeated?.incident))).toEqual(new Set([alerts[0]?.id]));
  });
});

describe("two who fight", () => {
  test("are both named, each once", async () => {
    const simulation = fightOf({ ...seconds(5, ["aes"]), who: ["ci", "alice"] });
    await simulation.run();
    const { alerts, writes } = soFar(simulation, 10 * MINUTE);
    expect(writes).toBe(3);
    expect(alerts.map(({ outcome, actor }) => [outcome, actor?.arn])).toEqual([
      ["changed", ci],
      ["changed", person("alice").arn],
      ["contested", person("alice").arn],
    ]);
    expect(alerts[2]?.contest?.theirs).toEqual([person("alice").arn, ci]);
    expect(misTold(simulation)).toEqual([]);
  });
});

describe("where a rule only observes", () => {
  test("a bucket that goes to and fro is told twice, then once for every ten minutes", async () => {
    const simulation = fightOf({ ...seconds(20, ["aes"]), toggles: true, policy: "observe", lasts: 25 * MINUTE });
    await simulation.run();
    const { alerts } = soFar(simulation);
    expect(alerts.slice(0, 2).map(({ outcome }) => outcome)).toEqual(["reported", "left alone"]);
    expect(alerts.length).toBeLessThanOrEqual(8);
    const counted = alerts.flatMap(({ repeated }) => repeated?.folded ?? []).reduce((sum, { count }) => sum + count, 0);
    expect(counted + alerts.length).toBeGreaterThan(60);
    const gaps = alerts.slice(1).map(({ time }, at) => Date.parse(time) - Date.parse(alerts[at]?.time ?? ""));
    expect(Math.max(...gaps)).toBeLessThan(16 * MINUTE);
    expect(Date.parse(alerts[0]?.time ?? "") - START).toBeLessThan(MINUTE);
  });
});
