import type { OrganizationsClient } from "@aws-sdk/client-organizations";
import { expect, test } from "vitest";
import { readAccounts } from "#aws/members/accounts";
import { orgSchema } from "#core/org/settings";
import { startMessage } from "#core/sweep/messages";
import { memberDirectory } from "../../../functions/member/directory.ts";
import { runDesk } from "../../support/batch/run-desk.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { soaked } from "../../support/soak.ts";

const aws = localAws();
const ACCOUNTS = soaked(1_000, 100);
/** Half of what the sweep function has for its messages. */
const SECONDS = 90;

const settings = orgSchema.parse({
  id: "o-a1b2c3d4e5",
  homeRegion: "us-east-1",
  regions: ["us-east-1", "eu-west-1"],
  externalId: "x".repeat(20),
});

/** Organizations, which lists twenty accounts a page. */
function organizations(): OrganizationsClient {
  const page = (from: number) =>
    Array.from({ length: Math.min(20, ACCOUNTS - from) }, (_, at) => {
      const Id = String(600_000_000_000 + from + at);
      return { Id, Name: `account ${from + at}`, State: "ACTIVE" };
    });
  const send = async ({ input }: { input: { NextToken?: string } }) => {
    const from = Number(input.NextToken ?? 0);
    return { Accounts: page(from), ...(from + 20 < ACCOUNTS ? { NextToken: String(from + 20) } : {}) };
  };
  return { send } as unknown as OrganizationsClient;
}

test(`${ACCOUNTS} accounts are listed, recorded and started by one message, in time`, async () => {
  const nobody = { known: false as const, error: { name: "NotEnrolled", message: "no role" } };
  const clientsOf = () => aws.root() as Clients;
  const desk = await runDesk(aws.root(), {
    sweep: {
      stage: "test",
      settings,
      directory: memberDirectory(async () => organizations(), settings, Date.now),
      sessions: { of: async () => nobody, confirm: async () => nobody },
      clientsOf,
      regionsOf: async () => nobody,
    },
    clientsOf,
  });
  await desk.tell(startMessage("dana", "all"), "start");
  const members = desk.own.splice(0).find(({ body }) => body.schema === "bucketseal.members/1");
  if (members === undefined) throw new Error("the members are not started");
  const began = performance.now();
  expect(await desk.tell(members.body)).toBe(0);
  const seconds = (performance.now() - began) / 1000;
  expect(seconds).toBeLessThan(SECONDS);
  const starts = desk.own.filter(({ body }) => body.schema === "bucketseal.start/1");
  expect(new Set(starts.map(({ body }) => "account" in body && body.account)).size).toBe(ACCOUNTS);
  const names: (string | null)[] = [];
  for await (const { name } of readAccounts(desk.sweep.ledger)) names.push(name);
  expect(names).toEqual(Array.from({ length: ACCOUNTS }, (_, at) => `account ${at}`));
}, 180_000);
