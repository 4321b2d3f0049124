import type { Conformance } from "../local-aws/conformance.ts";

/** A question that only a real account answers. */
export interface Doubt {
  /** What is asked, as one line of the table. */
  readonly question: string;
  /** What the code, and the local AWS, take for true. */
  readonly expected: string;
  /** Asks AWS; what it did, in a few words. */
  ask(aws: Conformance): Promise<string>;
}

/** The outcome of a call in one word: `done`, or the error's name. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => "done",
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
}
