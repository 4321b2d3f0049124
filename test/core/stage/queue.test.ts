import { expect, test } from "vitest";
import { MAX_RECEIVES } from "#core/stage/queue";

test("a message is received twelve times at most", () => {
  expect(MAX_RECEIVES).toBe(12);
});
