import type { ArgsDef, ParsedArgs } from "citty";

/** The flags that every command takes, before or after its name. */
export const globalArgs = {
  json: { type: "boolean", description: "print one JSON document on stdout and nothing else" },
  stage: { type: "string", valueHint: "STAGE", description: "the deployed stage (found by itself when there is one)" },
  region: { type: "string", valueHint: "REGION", description: "as the AWS CLI takes it; also AWS_REGION" },
  profile: { type: "string", valueHint: "PROFILE", description: "as the AWS CLI takes it; also AWS_PROFILE" },
  "endpoint-url": {
    type: "string",
    valueHint: "URL",
    description: "another endpoint for every call; also AWS_ENDPOINT_URL",
  },
  color: { type: "boolean", default: true, description: "", negativeDescription: "no colours; also NO_COLOR" },
} as const satisfies ArgsDef;

export type GlobalArgs = ParsedArgs<typeof globalArgs>;
