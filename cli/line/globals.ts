import type { ArgsDef, ParsedArgs } from "citty";

/** Flags that every command takes, before or after its name. */
export const globalArgs = {
  json: { type: "boolean", description: "print one JSON document on stdout and nothing else" },
  stage: {
    type: "string",
    valueHint: "STAGE",
    description: "the deployed stage (auto-detected if only one is deployed)",
  },
  region: { type: "string", valueHint: "REGION", description: "same as the AWS CLI; also AWS_REGION" },
  profile: { type: "string", valueHint: "PROFILE", description: "same as the AWS CLI; also AWS_PROFILE" },
  "endpoint-url": {
    type: "string",
    valueHint: "URL",
    description: "endpoint for all AWS calls; also AWS_ENDPOINT_URL",
  },
  color: { type: "boolean", default: true, description: "", negativeDescription: "no colours; also NO_COLOR" },
} as const satisfies ArgsDef;

export type GlobalArgs = ParsedArgs<typeof globalArgs>;
