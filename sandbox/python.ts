import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { locked } from "./lock.ts";

/** A problem that a person must fix before Python's part can start, described in one sentence. */
export class SandboxError extends Error {
  override name = "SandboxError";
}

/**
 * Finds Python 3.10 or newer and returns the path of `python` in a virtual environment with the
 * given requirements (default: the local AWS's). The environment is made once per content of that
 * file, in `.sandbox/venv-<hash>` of the repository; any number of processes may call this at the
 * same time.
 * @throws {SandboxError} Python or its venv module is missing, or the packages could not be
 *   installed.
 */
export async function python(requirements: string = LOCAL_AWS): Promise<string> {
  const hash = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  const home = join(root, ".sandbox", `venv-${hash}`);
  const executable = join(home, "bin", "python");
  if (await exists(join(home, "installed"))) return executable;
  await writable(() => mkdir(join(root, ".sandbox"), { recursive: true }));
  await locked(`${home}.lock`, async () => {
    if (await exists(join(home, "installed"))) return;
    await rm(home, { recursive: true, force: true });
    await create(await systemPython(), home);
    await install(executable, requirements);
    await writable(() => mkdir(join(home, "installed")));
  });
  return executable;
}

// --- internal ---

const LOCAL_AWS = fileURLToPath(new URL("requirements.txt", import.meta.url));
const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const candidates = ["python3", "python", ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];

async function systemPython(): Promise<string> {
  let tooOld: string | undefined;
  for (const name of candidates) {
    const version = await output(name, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
    const [major, minor] = (version ?? "").split(".").map(Number);
    if (major === 3 && minor !== undefined && minor >= 10) return name;
    if (version !== undefined) tooOld ??= version;
  }
  throw new SandboxError(
    tooOld === undefined
      ? "Python 3.10 or newer is needed, but none was found: install it (https://www.python.org/downloads/)."
      : `Python 3.10 or newer is needed, but only ${tooOld} was found: install a newer version beside it.`,
  );
}

async function create(systemPythonName: string, home: string): Promise<void> {
  try {
    await run(systemPythonName, ["-m", "venv", home]);
  } catch (cause) {
    const text = said(cause);
    // The command line names ensurepip whatever went wrong, so only the sentences about it count.
    if (/No module named|ensurepip is not available/.test(text)) {
      throw new SandboxError(
        `${systemPythonName} has no venv module: install it (on Debian and Ubuntu: apt-get install python3-venv).`,
        { cause },
      );
    }
    throw failure("make a virtual environment", text, cause);
  }
}

async function install(executable: string, requirements: string): Promise<void> {
  const options = ["--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes"];
  try {
    await run(executable, ["-m", "pip", "install", ...options, "-r", requirements], { maxBuffer: 64 * 1024 * 1024 });
  } catch (cause) {
    throw failure("install the Python packages", said(cause), cause);
  }
}

async function writable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw failure("write to .sandbox", said(cause), cause);
  }
}

function failure(what: string, text: string, cause: unknown): SandboxError {
  if (/ENOSPC|No space left/.test(text)) {
    return new SandboxError("The disk is full: free about 300 MB and start again.", { cause });
  }
  const last =
    text
      .trim()
      .split("\n")
      .findLast((line) => line.trim() !== "") ?? "no reason given";
  return new SandboxError(`Could not ${what} (${last.trim()}): fix that and start again.`, { cause });
}

async function output(command: string, args: string[]): Promise<string | undefined> {
  return await run(command, args).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

function said(error: unknown): string {
  const parts = error instanceof Error ? [error.message] : [String(error)];
  for (const stream of ["stdout", "stderr"] as const) {
    if (error instanceof Error && stream in error)
      parts.push(String((error as Error & Record<string, unknown>)[stream]));
  }
  return parts.join("\n");
}
