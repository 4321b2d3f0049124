import type { ExitCode } from "../line/command.ts";
import type { Judged } from "./judge-bucket.ts";

/** Unreadable outweighs differences: 0 and 2 mean that every bucket was read. */
export function exitOf(judged: readonly Judged[]): ExitCode {
  if (judged.some(({ standing }) => standing === "unreadable")) return 1;
  return judged.some(({ standing }) => standing === "change" || standing === "held") ? 2 : 0;
}
