import { spawn } from "node:child_process";
import { describe, expect, test } from "vitest";
import { resolveCommand, subCommandsOf } from "../../cli/line/resolve-command.ts";
import { usage } from "../../cli/line/usage.ts";
import { root } from "../../cli/root.ts";
import manifest from "../../package.json" with { type: "json" };
import { main, runCli } from "./run-cli.ts";

describe("the CLI refuses in one sentence", () => {
  const cases: Record<string, [argv: string[], message: string]> = {
    "a line without a command": [[], "no command given: see bucketseal --help"],
    "an unknown command": [["chekc"], 'unknown command "chekc": did you mean check?'],
    "an unknown command that resembles none": [["frobnicate"], 'unknown command "frobnicate": see bucketseal --help'],
    "an unknown flag": [["check", "x", "--jsn"], "unknown flag --jsn: did you mean --json?"],
    "an unknown flag with a value": [["check", "x", "--regoin=a"], "unknown flag --regoin: did you mean --region?"],
    "a flag with one dash": [["check", "x", "-json"], "unknown flag -json: did you mean --json?"],
    "a flag before the command": [["--jsno", "check", "x"], "unknown flag --jsno: did you mean --json?"],
    "a flag without its value": [["check", "x", "--region"], "--region needs a value: see bucketseal check --help"],
    "a flag followed by another": [
      ["check", "x", "--region", "--json"],
      "--region needs a value: see bucketseal check --help",
    ],
    "a missing word": [["check"], '"check" needs FILE: see bucketseal check --help'],
    "a superfluous word": [["check", "a", "b"], 'unexpected argument "b": see bucketseal check --help'],
  };
  for (const [sentence, [argv, message]] of Object.entries(cases)) {
    test(sentence, async () => {
      await expect(resolveCommand(root, argv)).rejects.toThrow(message);
    });
  }

  test("an unknown command, exiting 1 with nothing on stdout", async () => {
    const { code, stdout, stderr } = await runCli(["check", "--frob", "x"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe("bucketseal: unknown flag --frob: see bucketseal check --help\n");
  });
});

describe("a global flag", () => {
  test("may stand before the command", async () => {
    const found = await resolveCommand(root, ["--region", "eu-west-1", "--no-color", "check", "a"]);
    expect(found.path).toEqual(["check"]);
    expect(found.rawArgs).toEqual(["--region", "eu-west-1", "--no-color", "a"]);
  });

  test("is a plain word after --", async () => {
    const found = await resolveCommand(root, ["check", "--", "--json"]);
    expect(found.rawArgs).toEqual(["--", "--json"]);
  });
});

describe("usage:", () => {
  test("--version prints the version of package.json", async () => {
    expect(await runCli(["--version"])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });

  test("every command has a description, an example and a JSON shape", async () => {
    const pending = Object.entries(await subCommandsOf(root)).map(([name, command]) => ({ path: [name], command }));
    let seen = 0;
    for (const { path, command } of pending) {
      const subs = Object.entries(await subCommandsOf(command));
      if (subs.length > 0) {
        pending.push(...subs.map(([name, sub]) => ({ path: [...path, name], command: sub })));
        continue;
      }
      seen += 1;
      const text = await usage(command, path);
      expect(text).toMatch(/^\S.{10,}\.$/m);
      expect(text).toContain(`Usage: bucketseal ${path.join(" ")}`);
      expect(text).toContain(`  bucketseal ${path.join(" ")}`);
      expect(text).toContain("JSON (--json):");
    }
    expect(seen).toBeGreaterThan(0);
  });

  test("--help of a command works as a process", async () => {
    const { code, stdout } = await runCli(["check", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Usage: bucketseal check FILE [FLAGS]");
  });
});

test("a closed pipe is not an error", async () => {
  const child = spawn("/bin/sh", [
    "-c",
    `"${process.execPath}" "${main}" check --help | true; echo "\${PIPESTATUS:-}"`,
  ]);
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  await new Promise((resolve) => child.on("close", resolve));
  expect(stderr).toBe("");
});
