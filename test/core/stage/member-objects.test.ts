import { expect, test } from "vitest";
import { readMemberPlace } from "#core/stage/member-objects";

const url = (name: string) => `https://sqs.eu-west-1.amazonaws.com/222233334444/${name}`;
const place = {
  queue: url("a"),
  deadLetters: url("b"),
  undelivered: url("c"),
  redriveRole: "arn:aws:iam::222233334444:role/bucketseal/bucketseal-prod-dead-eu-west-1",
};

test("what a member's stack writes down is read", () => {
  expect(readMemberPlace(JSON.stringify(place))).toEqual(place);
});

test.each([
  ["nothing", ""],
  ["no JSON", "{"],
  ["a missing queue", JSON.stringify({ ...place, queue: undefined })],
  ["another address", JSON.stringify({ ...place, deadLetters: "file:///etc/passwd" })],
  ["a user instead of a role", JSON.stringify({ ...place, redriveRole: "arn:aws:iam::222233334444:user/eve" })],
])("%s is not what a stack writes", (_, text) => {
  expect(readMemberPlace(text)).toBeNull();
});
