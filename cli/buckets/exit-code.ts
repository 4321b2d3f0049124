import type { ExitCode } from "../line/command.ts";
import type { Judged } from "./judge-bucket.ts";

/** Could not look outweighs differences: who sees 0 or 2 has seen every bucket. */
export function exitOf(judged: readonly Judged[]): ExitCode {
  if (judged.some(({ standing }) => standing === "unreadable")) return 1;
  return judged.some(({ standing }) => standing === "change" || standing === "held") ? 2 : 0;
}
