import type { CompiledPolicy } from "./compile.ts";

/** The policy in force: fresh, cached, or too old to write by. */
export interface PolicyInForce {
  readonly policy: CompiledPolicy;
  readonly version: number;
  /** Why nothing may be written under it; `null`: writes are allowed. */
  readonly observeOnly: string | null;
}
