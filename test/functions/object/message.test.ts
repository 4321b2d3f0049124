import { describe, expect, test } from "vitest";
import { buildAlert } from "#core/alert/bucket";
import { againMessage, endMessage, readObjectMessage } from "../../../functions/object/message.ts";
import { objectCreated } from "../../events/object.ts";
import { input } from "../../support/core/alert-input.ts";

const home = { account: "111122223333", region: "eu-west-1" };
const own = { ...home, roleArn: "arn:aws:iam::111122223333:role/bucketseal" };
const read = (body: object) => readObjectMessage({ body: JSON.stringify(body) }, own);
const elsewhere = [
  ["Region", { region: "us-east-1" }],
  ["account", { account: "444455556666" }],
] as const;

describe("a message of Bucketseal's own", () => {
  const ref = { partition: "aws", ...home, bucket: "invoices" };
  const start = "2026-11-21T08:15:00.000Z";

  test.each(elsewhere)("that ends a window of another %s is malformed, with its cause", (what, place) => {
    const found = read(endMessage({ ref: { ...ref, ...place }, kind: "WINDOW", start }));
    expect(found).toEqual({ kind: "malformed", why: expect.stringContaining(`the bucket's ${what}`) });
    expect(read(endMessage({ ref, kind: "WINDOW", start })).kind).toBe("end");
  });

  test.each(elsewhere)("about an object of another %s is malformed", (_, place) => {
    const again = (envelope: Record<string, string>) => againMessage(JSON.stringify(objectCreated("a", { envelope })));
    expect(read(again(place)).kind).toBe("malformed");
    expect(read(again(home)).kind).toBe("work");
  });

  test.each(elsewhere)("with an alert that SNS did not take is for this %s only", (_, place) => {
    const alert = buildAlert({ ...input, ref: { ...ref } });
    const unsent = { schema: "bucketseal.unsent/1", alert };
    expect(read(unsent)).toEqual({ kind: "unsent", alert });
    expect(read({ ...unsent, alert: { ...alert, ...place } }).kind).toBe("malformed");
  });

  test("of a schema unknown to this version is malformed", () => {
    expect(read({ schema: "bucketseal.again/2", event: {}, looked: true }).kind).toBe("malformed");
  });
});

test("an event of another Region is ignored", () => {
  expect(read(objectCreated("a", { envelope: { region: "us-east-1" } })).kind).toBe("ignore");
});
