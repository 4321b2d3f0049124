import type { ExitCode } from "../line/command.ts";
import type { Judged } from "./judge-bucket.ts";

/**
 * Unreadable outweighs differences: 0 and 2 mean that every bucket was read. A bucket under a key
 * that cannot be used is a difference, too.
 */
export function exitOf(judged: readonly Judged[]): ExitCode {
  if (judged.some(({ standing }) => standing === "unreadable")) return 1;
  const differs = ({ standing, isKeyAtRisk }: Judged) =>
    standing === "change" || standing === "held" || isKeyAtRisk === true;
  return judged.some(differs) ? 2 : 0;
}
