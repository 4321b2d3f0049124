import { writeFileSync } from "node:fs";
import { policyJsonSchema } from "#core/policy/json-schema";

/** `npm run schema`: writes the JSON Schema of a policy file, for editors. */
writeFileSync(
  new URL("../schema/policy.schema.json", import.meta.url),
  `${JSON.stringify(policyJsonSchema(), null, 2)}\n`,
);
