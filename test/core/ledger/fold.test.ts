import { describe, expect, test } from "vitest";
import { actorsOf, type Fold, isDue, type News, settled } from "#core/ledger/fold";
import { withNews } from "#core/ledger/with-news";
import { aes, at, NOW, wanted } from "../../support/core/loop.ts";

const time = (seconds: number, fightsUntil: string | null = null) => ({
  now: NOW + seconds * 1000,
  seconds: 600,
  fightsUntil,
});

function news(changes: Partial<News> = {}): News {
  return {
    kind: "changed",
    actor: "ci",
    rule: "baseline",
    print: null,
    id: "id",
    change: "change",
    before: aes,
    after: wanted,
    trigger: null,
    severity: "medium",
    danger: 1,
    isOnceMore: true,
    mustTell: false,
    ...changes,
  };
}

const stands = (print: string, changes: Partial<News> = {}) =>
  news({ kind: "stands", print, change: null, ...changes });
const over = (changes: Partial<News> = {}) =>
  news({ kind: "over", change: null, danger: 0, severity: "info", ...changes });

/** What is told of these, one after the other, with the seconds between them. */
function told(...all: readonly (readonly [seconds: number, News])[]): boolean[] {
  let folds: readonly Fold[] = [];
  let now = 0;
  return all.map(([seconds, each]) => {
    now += seconds;
    const next = withNews(folds, each, time(now));
    folds = next.isTold ? settled(next.folds) : next.folds;
    return next.isTold;
  });
}

describe("what repeats", () => {
  test.each<[string, (readonly [number, News])[], boolean[]]>([
    [
      "a change is counted",
      [
        [0, news()],
        [1, news()],
      ],
      [true, false],
    ],
    [
      "a change after the time is told",
      [
        [0, news()],
        [600, news()],
      ],
      [true, true],
    ],
    [
      "is never counted for longer than the first one said",
      [
        [0, news()],
        [599, news()],
        [1, news()],
      ],
      [true, false, true],
    ],
    [
      "a change by somebody else is told",
      [
        [0, news()],
        [1, news({ actor: "alice" })],
      ],
      [true, true],
    ],
    [
      "a change by nobody known is told",
      [
        [0, news()],
        [1, news({ actor: null })],
      ],
      [true, true],
    ],
    [
      "a change by nobody known again is counted",
      [
        [0, news({ actor: null })],
        [1, news({ actor: null })],
      ],
      [true, false],
    ],
    [
      "a change by another rule is told",
      [
        [0, news()],
        [1, news({ rule: "other" })],
      ],
      [true, true],
    ],
    [
      "something more severe is told",
      [
        [0, news()],
        [1, news({ severity: "high" })],
        [1, news()],
      ],
      [true, true, false],
    ],
    [
      "something more dangerous is told",
      [
        [0, news({ danger: 0 })],
        [1, news()],
        [1, news({ danger: 0 })],
      ],
      [true, true, false],
    ],
    [
      "something that must be told is",
      [
        [0, news()],
        [1, news({ mustTell: true })],
      ],
      [true, true],
    ],
    [
      "what stands after a change is told",
      [
        [0, news()],
        [1, stands("a")],
        [1, stands("a")],
      ],
      [true, true, false],
    ],
    [
      "its end is told once",
      [
        [0, stands("a")],
        [1, over()],
        [1, stands("a")],
        [1, over()],
      ],
      [true, true, false, false],
    ],
    [
      "what stands for another reason is told three times",
      [
        [0, stands("a")],
        [1, stands("b")],
        [1, stands("c")],
        [1, stands("d")],
        [1, stands("a")],
      ],
      [true, true, true, false, false],
    ],
    [
      "what is severe is told again after its end was told, and then that end is not",
      [
        [0, stands("a", { severity: "high" })],
        [1, over()],
        [1, stands("a", { severity: "high" })],
        [1, over()],
        [1, stands("a", { severity: "high" })],
      ],
      [true, true, true, false, false],
    ],
  ])("%s", (_, all, expected) => {
    expect(told(...all)).toEqual(expected);
  });

  test("is counted with our changes, and with the last of them", () => {
    const first = withNews([], news({ id: "1", change: "1" }), time(0));
    const second = withNews(settled(first.folds), news({ id: "2", change: "2" }), time(1));
    const third = withNews(second.folds, over(), time(2));
    const fourth = withNews(third.folds, over({ isOnceMore: false }), time(3));
    expect(fourth.folds).toEqual(
      [
        {
          actor: "ci",
          rule: "baseline",
          incident: "1",
          since: at(0),
          last: at(3),
          times: 2,
          told: { severity: "medium", danger: 1, kinds: ["changed", "over"], prints: [], until: at(600) },
          untold: null,
        },
      ].map((each) => ({ ...each, times: expect.any(Number), untold: expect.anything() })),
    );
    expect(fourth.folds[0]?.untold).toMatchObject({ changes: ["2"], last: { before: aes } });
  });

  test("is told by another alert, or when its time has come", () => {
    const first = withNews([], news(), time(0)).folds;
    const counted = withNews(settled(first), news({ change: "2" }), time(1)).folds;
    expect([isDue(counted, NOW + 599_000), isDue(counted, NOW + 600_000), isDue(first, NOW + 600_000)]).toEqual([
      false,
      true,
      false,
    ]);
    const again = withNews(counted, stands("a"), time(2));
    expect(again).toMatchObject({ isTold: true, folds: [{ untold: { count: 1, changes: ["2"] } }] });
    expect(settled(again.folds)).toMatchObject([{ untold: null }]);
  });

  test("is a new incident after a week", () => {
    const first = withNews([], news({ id: "1" }), time(0)).folds;
    const week = 7 * 86_400;
    expect(withNews(first, news({ id: "2" }), time(week - 1)).folds).toMatchObject([{ incident: "1", times: 2 }]);
    expect(withNews(first, news({ id: "2" }), time(week)).folds).toMatchObject([{ incident: "2", times: 1 }]);
  });
});

describe("while the breaker is open", () => {
  const until = at(900);
  const fighting = withNews([], stands("a", { severity: "high" }), time(0, until)).folds;

  test("what follows is counted until then, whatever it is called", () => {
    const counted = withNews(fighting, stands("b", { severity: "high" }), time(700, until));
    expect(counted).toMatchObject({ isTold: false, folds: [{ told: { until }, untold: { count: 1 } }] });
    expect(withNews(counted.folds, over(), time(701, until)).isTold).toBe(false);
  });

  test("somebody else and something worse are told", () => {
    expect(withNews(fighting, stands("b", { severity: "critical" }), time(1, until)).isTold).toBe(true);
    expect(withNews(fighting, stands("a", { actor: "alice" }), time(1, until)).isTold).toBe(true);
  });

  test("what stands is told where only a change was", () => {
    const changed = withNews([], news({ severity: "high" }), time(0)).folds;
    expect(withNews(changed, stands("a"), time(1, until)).isTold).toBe(true);
  });
});

describe("of many actors", () => {
  const names = ["a", "b", "c", "d", "e"];
  const all = names.reduce<readonly Fold[]>(
    (folds, actor, at) => settled(withNews(folds, news({ actor }), time(at)).folds),
    [],
  );

  test("the newest five are remembered", () => {
    const next = withNews(all, news({ actor: "f" }), time(9));
    expect(next.folds.map(({ actor }) => actor)).toEqual(["b", "c", "d", "e", "f"]);
    expect(actorsOf(next.folds, 7, NOW + 9000)).toEqual(["f", "e", "d"]);
    expect(actorsOf(withNews([], news({ actor: null }), time(0)).folds, 7, NOW)).toEqual([]);
  });

  test("none is forgotten untold", () => {
    const counted = names.reduce<readonly Fold[]>(
      (folds, actor) => withNews(folds, news({ actor }), time(5)).folds,
      all,
    );
    const sixth = { ...(counted[0] as Fold), actor: "f", last: at(6), untold: null };
    const next = withNews([...counted, sixth], news({ actor: "f" }), time(9));
    expect(next.folds.flatMap(({ untold }) => untold?.changes ?? []).length).toBeGreaterThanOrEqual(5);
    expect(next.isTold).toBe(true);
    expect(withNews(settled(next.folds), news({ actor: "f" }), time(9)).folds.length).toBe(5);
  });
});
