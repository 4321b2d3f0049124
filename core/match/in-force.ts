import type { CompiledPolicy } from "./compile.ts";

/** The policy as far as it could be read: fresh, from memory, or too old to write by. */
export interface PolicyInForce {
  readonly policy: CompiledPolicy;
  readonly version: number;
  /** Why nothing may be written by it; `null`: it may. */
  readonly observeOnly: string | null;
}
