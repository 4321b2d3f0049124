import { existsSync, globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/**
 * The import circles of a Python package, each as `a.py > b.py > a.py`. Imports inside functions
 * count too: they usually hide a circle.
 */
export function pythonCircles(root: string): string[] {
  const graph = new Map(
    globSync("**/*.py", { cwd: root })
      .sort()
      .map((path) => [path, importsOf(root, path)]),
  );
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const begun = trail.indexOf(path);
    if (begun >= 0) circles.push([...trail.slice(begun), path].join(" > "));
    if (begun >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return circles;
}

// --- internal ---

const IMPORT = /^[ \t]*from[ \t]+(\.+)([\w.]*)[ \t]+import[ \t]+(\([^)]*\)|.*)/gm;

/** The files that a module imports relatively; `from .x import y` is `x/y.py` or else `x.py`. */
function importsOf(root: string, path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  return [...text.matchAll(IMPORT)].flatMap(([, dots = "", module = "", list = ""]) => {
    const up = "../".repeat(dots.length - 1);
    const base = posix.join(posix.dirname(path), up, module.replaceAll(".", "/"));
    const names = list
      .replaceAll(/[()]|#.*/g, "")
      .split(",")
      .map((name) => name.trim().split(" ")[0] ?? "")
      .filter((name) => name !== "");
    const files = names.flatMap((name) =>
      [posix.join(base, `${name}.py`), `${base}.py`].filter((file) => existsSync(join(root, file))).slice(0, 1),
    );
    return [...new Set(files)];
  });
}
