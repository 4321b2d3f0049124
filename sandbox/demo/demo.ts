import { fileURLToPath } from "node:url";
import { startSandbox } from "../sandbox.ts";
import { until } from "../until-signal.ts";
import { narrator } from "./narrator.ts";
import { demoStory } from "./story.ts";

const POLICY = fileURLToPath(new URL("../../examples/policies/objects.yaml", import.meta.url));

/** `npm run demo`: a story of two people, a bucket and its objects, told while it happens. Exits 0 only if every repair was seen. */
const { signal } = until(process);
const say = narrator(process.stdout);
try {
  say.title("Bucketseal, on a local AWS made for this demo (no account, nothing leaves this machine)");
  const sandbox = await startSandbox({ policy: POLICY, signal, step: (what) => say.step(what) });
  try {
    const seen = await demoStory(sandbox.outputs, say, signal);
    say.title(
      `Seen: a bucket repaired ${seen.repairs} times, ${seen.held} change held back, ${seen.objects} repairs of objects, somebody re-keying them; all with alerts. Everything is taken down again.`,
    );
  } finally {
    await sandbox.stop();
  }
} catch (error) {
  say.trouble(signal.aborted ? "stopped" : error instanceof Error ? error.message : String(error));
  process.exitCode = signal.aborted ? 130 : 1;
}
