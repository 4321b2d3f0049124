import type { ArgsDef } from "citty";

/** Which hub a template or a command line is for. */
export const hubArgs = {
  file: {
    type: "string",
    valueHint: "FILE",
    description: "an organization's file, for a hub that is not deployed yet; with --stage and --account",
  },
  account: { type: "string", valueHint: "HUB", description: "with --file: the hub's account" },
} as const satisfies ArgsDef;
