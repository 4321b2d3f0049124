import { CreateBucketCommand, DeleteBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { mapPool } from "../../cli/buckets/pool.ts";
import { withFaults } from "../../test/support/local-aws/faults.ts";
import { declared, put, type Stage } from "./stage.ts";

/** Parallel writes while a benchmark prepares its buckets. */
const WRITERS = 16;

/** Buckets as their rule declares them, of which no event tells. */
export async function fleet(stage: Stage, buckets: number): Promise<readonly string[]> {
  const names = Array.from({ length: buckets }, (_, at) => `bench-fleet-${String(at).padStart(4, "0")}`);
  await unheard(stage, () =>
    mapPool(names, WRITERS, async (Bucket) => {
      await stage.ci.send(new CreateBucketCommand({ Bucket }));
      await put(stage.ci, Bucket, declared(stage.sandbox));
    }),
  );
  return names;
}

/** Takes the encryption of buckets away; no event tells of it. */
export async function breakUnheard(stage: Stage, buckets: readonly string[]): Promise<void> {
  await unheard(stage, () =>
    mapPool(buckets, WRITERS, (Bucket) => stage.alice.send(new DeleteBucketEncryptionCommand({ Bucket }))),
  );
}

/** Does something whose events are lost. */
export async function unheard<T>({ sandbox }: Stage, work: () => Promise<T>): Promise<T> {
  return withFaults(sandbox.endpoint, [{ kind: "eventLost" }], async () => {
    const result = await work();
    await new Promise((resolve) => setTimeout(resolve, AFTER_MS));
    return result;
  });
}

// --- internal ---

/** An event is lost when it would be sent, which is after its call. */
const AFTER_MS = 300;
