import { explainError } from "../../cli/line/explain-error.ts";
import { DeployError } from "./deploy-error.ts";

/** What a person reads about an error: one sentence that says what to do. */
export function sentenceFor(error: unknown): string {
  return error instanceof DeployError ? error.message : explainError(error).message;
}
