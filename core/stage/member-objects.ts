import * as z from "zod";

const queue = z.string().regex(/^https?:\/\/[\w.:/-]+$/, "a queue's URL");

const schema = z.object({
  queue,
  deadLetters: queue,
  undelivered: queue,
  redriveRole: z.string().regex(/^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/, "the ARN of a role"),
});

/** Where the queues of an object function in a member are, as its stack writes it down. */
export type MemberObjects = z.infer<typeof schema>;

/** Reads the parameter that says it; `null`: that is not what a stack writes. */
export function readMemberPlace(text: string): MemberObjects | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
