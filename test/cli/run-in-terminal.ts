import { spawn } from "node:child_process";
import { main } from "./run-cli.ts";

export interface TerminalRun {
  readonly code: number | null;
  /** stdout and stderr as the terminal shows them, escape codes included. */
  readonly screen: string;
}

/**
 * A pseudo terminal from Python, which the sandbox needs anyway: types `answer` once `prompt` is on
 * the screen.
 */
const script = `
import os, pty, sys
prompt, answer, command = sys.argv[1].encode(), sys.argv[2].encode(), sys.argv[3:]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
seen, typed = b"", False
while True:
    try:
        chunk = os.read(fd, 4096)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
    if not typed and prompt and prompt in seen:
        typed = True
        os.write(fd, answer)
sys.stdout.buffer.write(seen)
sys.stdout.flush()
status = os.waitpid(pid, 0)[1]
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
`;

/** Runs the CLI in a terminal of its own. */
export function runInTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { prompt = "", answer = "" } = {},
): Promise<TerminalRun> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|BUCKETSEAL|NO_COLOR|TERM$|NODE_OPTIONS)/.test(name),
  );
  const child = spawn("python3", ["-c", script, prompt, answer, process.execPath, main, ...args], {
    env: { ...Object.fromEntries(inherited), TERM: "xterm", AWS_EC2_METADATA_DISABLED: "true", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let screen = "";
    child.stdout.on("data", (chunk: Buffer) => {
      screen += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, screen }));
  });
}
