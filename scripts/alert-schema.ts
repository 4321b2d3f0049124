import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { alertSchema } from "#core/alert/schema";

/** Path of the published JSON Schema of the alert document. */
export const alertSchemaFile = fileURLToPath(new URL("../schema/alert.schema.json", import.meta.url));

/** The published JSON Schema of the alert document, generated from the one schema in core/. */
export function alertJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(alertSchema, { io: "input" });
  return `${JSON.stringify({ $schema, title: "bucketseal.alert/1", ...schema }, null, 2)}\n`;
}

if (import.meta.main) {
  mkdirSync(new URL("../schema", import.meta.url), { recursive: true });
  writeFileSync(alertSchemaFile, alertJsonSchema());
  console.log(`wrote ${alertSchemaFile}`);
}
