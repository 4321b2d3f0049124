export interface CliErrorOptions {
  readonly cause?: unknown;
  /** Stable, for scripts: `error.code` of the JSON document. Default `error`. */
  readonly code?: string;
}

/** A command's error: one sentence that says what to do. Printed without a stack; exit code 1. */
export class CliError extends Error {
  readonly code: string;

  constructor(message: string, options: CliErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "CliError";
    this.code = options.code ?? "error";
  }
}
