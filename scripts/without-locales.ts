import type { Plugin } from "esbuild";

/**
 * zod's error texts in forty languages, a quarter of a bundle: only `z.config(z.locales.xx())`
 * would look for them.
 */
export const withoutLocales: Plugin = {
  name: "without-locales",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer }) =>
      /[\\/]zod[\\/]/.test(importer) ? { path: "locales", namespace: "without-locales" } : null,
    );
    onLoad({ filter: /.*/, namespace: "without-locales" }, () => ({ contents: "export {};" }));
  },
};
