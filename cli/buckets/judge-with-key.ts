import { keyInUse } from "#core/key-risk/key-in-use";
import { explainError } from "../line/explain-error.ts";
import { type Judged, judgeBucket } from "./judge-bucket.ts";

/**
 * The same as `judgeBucket`, and for a bucket that is left as it is, whether the key that it uses
 * works: a bucket that is exactly as declared takes no upload under a disabled one. Never throws.
 */
export async function judgeWithKey(...args: Parameters<typeof judgeBucket>): Promise<Judged> {
  const [reader, ref] = args;
  const judged = await judgeBucket(...args);
  try {
    const { plan, kind } = await keyInUse(reader, ref, judged.plan);
    return { ...judged, plan, isKeyAtRisk: kind === "at risk" };
  } catch (error) {
    const text = `whether the key that the bucket uses works is not known: ${explainError(error).message}`;
    const { plan } = judged;
    return { ...judged, plan: { ...plan, reasons: [...plan.reasons, { code: "key-state-unknown", text }] } };
  }
}
