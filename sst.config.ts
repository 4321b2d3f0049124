import type { SSTConfig } from "sst";
import { Hub } from "./stacks/hub.ts";

/** What `sst deploy` deploys. */
export default {
  config: (input) => ({
    name: "bucketseal",
    region: input.region ?? process.env.AWS_REGION ?? "us-east-1",
    bootstrap: { useCdkBucket: true },
  }),
  stacks: (app) => {
    app.stack(Hub);
  },
} satisfies SSTConfig;
