import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generated } from "./docs/generated.ts";
import { pages, root } from "./docs/pages.ts";
import { withRegions } from "./docs/regions.ts";

/**
 * `npm run docs`: rewrites the generated parts of the documentation. A test checks that they are up
 * to date.
 */
const contents = await generated();
for (const { path, text } of pages()) {
  const written = withRegions(text, contents);
  if (written === text) continue;
  writeFileSync(join(root, path), written);
  console.log(`wrote ${path}`);
}
