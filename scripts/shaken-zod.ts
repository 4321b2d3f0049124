import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

/**
 * Powertools' schemas with zod imported as a namespace: esbuild keeps all of zod, an eighth of a
 * bundle, for `import { z }`, and only what is used for `import * as z`. Both are the same object.
 * https://esbuild.github.io/api/#tree-shaking
 */
export const shakenZod: Plugin = {
  name: "shaken-zod",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-lambda-powertools[\\/]parser[\\/].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll(/import \{ z \} from (['"])zod\1/g, "import * as z from $1zod$1"),
    }));
  },
};
