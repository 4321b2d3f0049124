import { fileURLToPath } from "node:url";
import { startSandbox } from "../sandbox.ts";
import { until } from "../until-signal.ts";
import { narrator } from "./narrator.ts";
import { demoStory } from "./story.ts";

const POLICY = fileURLToPath(new URL("../../examples/policies/objects.yaml", import.meta.url));

/**
 * `npm run demo`: two people, a bucket and its objects, narrated live. Exits 0 only if every repair
 * was seen.
 */
const { signal } = until(process);
const say = narrator(process.stdout);
try {
  say.title("Bucketseal on a local AWS made for this demo (no account needed, nothing leaves this machine)");
  const sandbox = await startSandbox({ policy: POLICY, signal, step: (what) => say.step(what) });
  try {
    const seen = await demoStory(sandbox.outputs, say, signal);
    say.title(
      `Done: ${seen.repairs} bucket repairs, ${seen.held} changes held back, ${seen.objects} object repairs, one re-keying attack detected, ${seen.windows} drift window closed, ${seen.swept} lost event made up for, all with alerts. Everything has been taken down.`,
    );
  } finally {
    await sandbox.stop();
  }
} catch (error) {
  say.trouble(signal.aborted ? "stopped" : error instanceof Error ? error.message : String(error));
  process.exitCode = signal.aborted ? 130 : 1;
}
