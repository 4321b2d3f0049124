import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

/**
 * The package.json of each client of the AWS SDK with its version only: the user agent needs no
 * more of it, and all of them are two hundredths of a bundle.
 */
export const onlyVersions: Plugin = {
  name: "only-versions",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[a-z0-9-]+[\\/]package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, "utf8")) as { readonly version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};
