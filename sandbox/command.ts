import { spawn } from "node:child_process";

/** A command that did not exit with 0; the message holds the end of its output. */
class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

/**
 * Runs a command to its end in a process group of its own and returns its output.
 * @throws CommandFailed if it does not exit with 0; `AbortError` if `signal` ended it.
 */
export function command(
  file: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    let output = "";
    const keep = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) return resolve(output);
      reject(new CommandFailed(`${file} ${args[0] ?? ""} exited with ${code}:\n${output.trim().slice(-2000)}`));
    });
  });
}
