import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as kms from "@aws-sdk/client-kms";
import * as s3api from "@aws-sdk/client-s3";
import * as s3control from "@aws-sdk/client-s3-control";
import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import * as ssm from "@aws-sdk/client-ssm";
import * as sts from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import { resolveCommand } from "../../cli/line/resolve-command.ts";
import { root } from "../../cli/root.ts";
import manifest from "../../package.json" with { type: "json" };
import { pages } from "../../scripts/docs/pages.ts";
import { wordsOf } from "./command-line.ts";
import { blocksOf } from "./markdown.ts";

/** Every command line of the pages that can be checked without running it. */
const commands = pages().flatMap(({ path, text }) =>
  blocksOf(text)
    .filter(({ language }) => language === "sh")
    .flatMap(({ body, line }) =>
      body
        .replaceAll(/\\\n\s*/g, "")
        .split("\n")
        .map((text, at) => ({ where: `${path}:${line + at + 1}`, command: text.replace(/\s+#.*$/, "").trim() }))
        .filter(({ command }) => command !== "" && !command.startsWith("#")),
    ),
);

const parts = commands.flatMap(({ where, command }) =>
  command.split(" && ").map((part) => ({ where, words: wordsOf(part).filter((word) => !/^[A-Z_]+=/.test(word)) })),
);

test("the pages show command lines", () => {
  expect(parts.length).toBeGreaterThan(20);
});

describe.each(parts)("$where", ({ words }) => {
  test(`shows a command line that exists: ${words.join(" ")}`, async () => {
    await expect(judge(words)).resolves.toBe("known");
  });
});

const clients: Readonly<Record<string, object>> = { dynamodb, kms, s3api, s3control, sns, sqs, ssm, sts };
/** Services whose client is not among our dependencies, with the operations that the pages name. */
const others: Readonly<Record<string, readonly string[]>> = {
  cloudtrail: ["describe-trails", "get-trail-status", "get-event-selectors", "lookup-events"],
  cloudformation: ["describe-stack-resources", "delete-stack", "create-change-set", "execute-change-set"],
  logs: ["tail"],
  organizations: ["deregister-delegated-administrator"],
};

async function judge([program = "", ...rest]: readonly string[]): Promise<string> {
  if (["", "cd", "git", "export", "unset"].includes(program)) return "known";
  if (program === "npx" && rest[0] === "bucketseal") return judge(rest);
  if (program === "npx" && rest[0] === "sst") return ["deploy", "remove"].includes(rest[1] ?? "") ? "known" : "unknown";
  if (program === "npx" && rest[0] === "cdk") return rest[1] === "bootstrap" ? "known" : "unknown";
  if (program === "bucketseal") {
    await resolveCommand(root, rest);
    return "known";
  }
  if (program === "npm") return npm(rest);
  if (program === "aws") return aws(rest);
  return `unknown program ${program}`;
}

async function npm(words: readonly string[]): Promise<string> {
  const args = words.filter((word) => word !== "--silent");
  const [verb, name = "", dashes, ...rest] = args;
  if (verb === "ci" || verb === "test" || verb === "pack" || verb === "install") return "known";
  if (verb !== "run" || !(name in manifest.scripts)) return `no script ${name}`;
  return name === "bucketseal" && dashes === "--" ? judge(["bucketseal", ...rest]) : "known";
}

async function aws([service = "", operation = ""]: readonly string[]): Promise<string> {
  if (others[service]?.includes(operation) === true) return "known";
  const name = operation.replaceAll(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase());
  return `${name}Command` in (clients[service] ?? {}) ? "known" : `no operation ${service} ${operation}`;
}
