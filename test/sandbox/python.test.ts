import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { python } from "../../sandbox/python.ts";

const { PATH } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
});

const ENSUREPIP =
  "Error: Command '['/venv/bin/python3', '-m', 'ensurepip', '--upgrade']' returned non-zero exit status 1.";

/** What the sandbox says where making a virtual environment ends with this text. */
async function said(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bucketseal-python-"));
  const requirements = join(folder, "requirements.txt");
  await writeFile(requirements, `# ${folder}\n`);
  await writeFile(join(folder, "text"), text);
  const script = `#!/bin/sh\nif [ "$1" = -c ]; then echo 3.12; else cat "${folder}/text"; exit 1; fi\n`;
  await writeFile(join(folder, "python3"), script, { mode: 0o755 });
  process.env.PATH = `${folder}${delimiter}${PATH}`;
  return python(requirements).then(
    () => "nothing",
    (error: Error) => error.message,
  );
}

test.each([
  ["No module named venv", "/usr/bin/python3: No module named venv", /has no venv module: install it/],
  [
    "Debian's sentence",
    `ensurepip is not available. On Debian/Ubuntu: apt install.\n${ENSUREPIP}`,
    /has no venv module/,
  ],
  ["a full disk", `OSError: [Errno 28] No space left on device\n${ENSUREPIP}`, /^The disk is full: /],
  [
    "another reason",
    ENSUREPIP,
    /^Could not make a virtual environment \(Error: Command .*\): fix that and start again\.$/,
  ],
] as const)("a virtual environment that fails with %s is told by its cause", async (_, text, expected) => {
  expect(await said(text)).toMatch(expected);
});
