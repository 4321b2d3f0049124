import { readFile, stat } from "node:fs/promises";
import { CliError } from "../error.ts";
import { printable } from "../terminal/printable.ts";

/** 10,000 rules take about 2 MiB; a larger file would never fit into the table. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Reads the text of a policy file; `-` reads stdin.
 * @throws CliError if it is missing, a directory, unreadable, too large, empty or not UTF-8
 */
export async function readSource(file: string): Promise<string> {
  const name = file === "-" ? "stdin" : printable(file);
  const bytes = file === "-" ? await readStdin() : await readRegular(file, name);
  if (bytes.length > MAX_BYTES)
    throw new CliError(`${name} is larger than ${MAX_BYTES / 1024 / 1024} MiB: too large for a policy`);
  const text = decode(bytes, name);
  if (text.trim() === "") throw new CliError(`${name} is empty: a policy starts with "version: 1"`);
  return text;
}

// --- internal ---

async function readRegular(file: string, name: string): Promise<Buffer> {
  try {
    const about = await stat(file);
    if (about.isDirectory()) throw new CliError(`${name} is a directory: give the policy file itself`);
    if (about.size > MAX_BYTES) return Buffer.alloc(MAX_BYTES + 1);
    return await readFile(file);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code === "ENOENT" || code === "ENOTDIR") throw new CliError(`${name}: no such file`, { cause: error });
    if (code === "EACCES" || code === "EPERM") throw new CliError(`${name}: permission denied`, { cause: error });
    throw new CliError(`${name} cannot be read (${code})`, { cause: error });
  }
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(Buffer.from(chunk as Buffer));
    size += (chunk as Buffer).length;
    if (size > MAX_BYTES) break;
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new CliError(`${name} is not UTF-8: save it as UTF-8 text`, { cause: error });
  }
}
