import type { BucketRef } from "#core/names";

/** The commands about one bucket, as whoever reads its alert runs them. */
export interface BucketCommands {
  /** Has it written again, after a fight or a refusal. */
  readonly resume: string;
  /** Has it repaired now. */
  readonly repair: string;
  /** Shows why it is as it is. */
  readonly look: string;
  /** Allows writes to its objects again. */
  readonly clearAlarm: string;
  /** Shows what objects need that were written in some time. */
  backfill(times: { readonly since: string | null; readonly until: string | null }): string;
}

/**
 * The commands about a bucket. They run as they stand beside the stage: the hub's ledger and sweep
 * reach a member's bucket by `--account`. What writes or lists with the caller's own rights does
 * not, and says whose credentials it takes.
 * @param isMember - whether it is in another account or Region than the stage's own
 */
export function bucketCommands({ account, region, bucket }: BucketRef, isMember: boolean): BucketCommands {
  const of = isMember ? ` --account ${account}` : "";
  return {
    resume: `bucketseal resume ${bucket}${of}`,
    repair: isMember ? `bucketseal sweep${of}` : `bucketseal apply ${bucket}`,
    look: isMember ? `bucketseal history ${bucket}${of}` : `bucketseal explain ${bucket}`,
    clearAlarm: `bucketseal alarm clear ${bucket}${of}`,
    backfill: ({ since, until }) => {
      const by = isMember ? ["--policy", "FILE", "--region", region] : [];
      const asked = [...by, ...flag("since", since), ...flag("until", until)];
      const command = ["bucketseal backfill", bucket, ...asked].join(" ");
      return `${command}${isMember ? ` (${inAccount(account)})` : ""}`;
    },
  };
}

/** Said of a command that the hub's own credentials do not run. */
export function inAccount(account: string): string {
  return `with credentials of account ${account}`;
}

// --- internal ---

function flag(name: string, value: string | null): readonly string[] {
  return value === null ? [] : [`--${name}`, value];
}
