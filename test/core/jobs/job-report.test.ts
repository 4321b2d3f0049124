import fc from "fast-check";
import { expect, test } from "vitest";
import { csvRows } from "#core/jobs/csv-rows";
import { addFailure, addFailures, noFailures } from "#core/jobs/job-failures";

async function rowsOf(...parts: string[]): Promise<(readonly string[])[]> {
  async function* given() {
    yield* parts;
  }
  const rows: (readonly string[])[] = [];
  for await (const row of csvRows(given())) rows.push(row);
  return rows;
}

test.each<[string, string[], string[][]]>([
  [
    "plain rows",
    ["a,b\nc,d\n"],
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    "a last row without an end",
    ["a,b\nc,"],
    [
      ["a", "b"],
      ["c", ""],
    ],
  ],
  ["one field without an end", ["a"], [["a"]]],
  ["Windows' line ends", ["a,b\r\n"], [["a", "b"]]],
  ["a text in quotes", ['"a, ""b""\nc",d\n'], [['a, "b"\nc', "d"]]],
  ["parts that end within quotes", ['"a"', '"b"\n'], [['a"b']]],
  ["a quote within a text", ['a"b,c\n'], [['a"b', "c"]]],
  ["nothing", [""], []],
])("CSV: %s", async (_, parts, rows) => {
  expect(await rowsOf(...parts)).toEqual(rows);
});

test("CSV: whatever is written in quotes is read again, wherever it is cut", async () => {
  const texts = fc.array(fc.array(fc.string({ unit: fc.constantFrom(...'a,"\n\r é🔒') }), { minLength: 1 }), {
    minLength: 1,
  });
  await fc.assert(
    fc.asyncProperty(texts, fc.nat(), async (rows, cut) => {
      const text = rows.map((row) => `${row.map((each) => `"${each.replaceAll('"', '""')}"`).join(",")}\n`).join("");
      const at = cut % (text.length + 1);
      // Surrogates are never cut: a decoder keeps them together.
      if (/[\uD800-\uDBFF]$/.test(text.slice(0, at))) return;
      expect(await rowsOf(text.slice(0, at), text.slice(at))).toEqual(rows);
    }),
    { numRuns: 100 },
  );
});

test("failures are counted by code, in whichever order AWS writes code and status, with samples", () => {
  const failures = noFailures();
  addFailure(failures, ["b", "a%20b/%C3%BC", "v1", "failed", "403", "AccessDenied", "Access Denied"]);
  addFailure(failures, ["b", "c", "", "failed", "AccessDenied", "403", "again"]);
  addFailure(failures, ["b", "100%", "", "failed", "", "", ""]);
  addFailure(failures, []);
  expect(failures.codes).toEqual({
    AccessDenied: { count: 2, text: "Access Denied" },
    Unknown: { count: 2, text: "" },
  });
  expect(failures.samples[0]).toEqual({ key: "a b/ü", versionId: "v1", code: "AccessDenied", text: "Access Denied" });
  expect(failures.samples[2]?.key).toBe("100%");
});

test("a report of a million failures keeps a few names, and a few codes", () => {
  const failures = noFailures();
  for (let each = 0; each < 100; each++)
    addFailure(failures, ["b", `k${each}`, "", "failed", `Code${each}`, "400", ""]);
  expect(failures.samples).toHaveLength(20);
  expect(Object.keys(failures.codes)).toHaveLength(51);
  expect(failures.codes.others?.count).toBe(50);
});

test("failures of several jobs are one sum", () => {
  const of = (...codes: string[]) => {
    const failures = noFailures();
    for (const code of codes) addFailure(failures, ["b", "k", "", "failed", code, "400", code]);
    return failures;
  };
  const sum = addFailures([of("A", "B"), of("B")]);
  expect(sum.codes).toEqual({ A: { count: 1, text: "A" }, B: { count: 2, text: "B" } });
  expect(sum.samples).toHaveLength(3);
  expect(sum.locked).toBe(0);
});

test("locked objects are told from other refusals by what S3 says", () => {
  const failures = noFailures();
  addFailure(failures, ["b", "k", "", "failed", "AccessDenied", "403", "it is protected by S3 Object Lock."]);
  addFailure(failures, ["b", "k", "", "failed", "AccessDenied", "403", "Access Denied"]);
  expect(failures.locked).toBe(1);
  expect(addFailures([failures, failures]).locked).toBe(2);
});
