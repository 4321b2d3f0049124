import { STSClient } from "@aws-sdk/client-sts";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { callerIdentity } from "#aws/sts/caller-identity";
import { type MemberSessions, memberSessions } from "../../../functions/member/sessions.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { anOrg, enrol, leave } from "../../support/local-aws/member.ts";

const aws = localAws();
const hub = "111122223333";
const MINUTE = 60_000;
let next = 444400000000;
let account: string;
let now: number;
let sessions: MemberSessions;

/** AWS lets the root user assume no role. */
let hubRole: Clients;

beforeAll(async () => {
  hubRole = await aws.user([{ Effect: "Allow", Action: ["sts:AssumeRole", "sts:TagSession"], Resource: "*" }]);
});

beforeEach(() => {
  account = String(next++);
  now = Date.now();
  sessions = newSessions();
});

function newSessions(org = anOrg): MemberSessions {
  return memberSessions({ sts: hubRole.sts, org, now: () => now });
}

async function assumed(): Promise<number> {
  return (await aws.calls()).filter(({ api }) => api === "AssumeRole").length;
}

describe("a session of a member", () => {
  test("acts as the account's member role, and is asked for once in fifty minutes, however many ask", async () => {
    await enrol(aws.root(account), hub);
    const before = await assumed();
    const all = await Promise.all(Array.from({ length: 20 }, () => sessions.of(account)));
    const [first] = all;
    if (first?.known !== true) throw new Error("not enrolled");
    expect(new Set(all).size).toBe(1);
    now += 49 * MINUTE;
    expect(await sessions.of(account)).toBe(first);
    expect(await assumed()).toBe(before + 1);
    now += 2 * MINUTE;
    expect(await sessions.of(account)).not.toBe(first);
    expect(await assumed()).toBe(before + 2);
    const { arn } = await who(first.value);
    expect(arn).toBe(`arn:aws:sts::${account}:assumed-role/bucketseal-test-member/bucketseal-test`);
  });

  test.each([
    ["has no role", null],
    ["expects another external id", { ...anOrg, settings: { ...anOrg.settings, externalId: "another-one-of-16" } }],
  ])("of an account that %s is not to be had, and not asked for again for five minutes", async (_what, other) => {
    if (other !== null) await enrol(aws.root(account), hub, other);
    const before = await assumed();
    expect(await sessions.of(account)).toMatchObject({ known: false, error: { name: "NotEnrolled" } });
    await Promise.all(Array.from({ length: 20 }, () => sessions.of(account)));
    now += 4 * MINUTE;
    await sessions.of(account);
    expect(await assumed()).toBe(before + 1);
    if (other === null) await enrol(aws.root(account), hub);
    now += 2 * MINUTE;
    expect(await sessions.of(account)).toMatchObject({ known: other === null });
  });

  test("that STS could not give at the moment is asked for again at once", async () => {
    await enrol(aws.root(account), hub);
    await withFaults(aws.endpoint, [{ kind: "throttle", service: "sts" }], async () => {
      await expect(sessions.of(account)).rejects.toThrow(/^AssumeRole: /);
    });
    expect(await sessions.of(account)).toMatchObject({ known: true });
  });

  test("is confirmed by asking anew, though not for every denial, and is lost with its role", async () => {
    await enrol(aws.root(account), hub);
    const first = await sessions.of(account);
    const before = await assumed();
    expect(await sessions.confirm(account)).toBe(first);
    now += 2_000;
    const second = await sessions.confirm(account);
    expect(second).toMatchObject({ known: true });
    expect(second).not.toBe(first);
    await sessions.confirm(account);
    expect(await assumed()).toBe(before + 1);
    await leave(aws.root(account));
    now += MINUTE;
    expect(await sessions.confirm(account)).toMatchObject({ known: false, error: { name: "NotEnrolled" } });
    expect(await sessions.of(account)).toMatchObject({ known: false });
  });
});

async function who(credentials: { accessKeyId: string; secretAccessKey: string }) {
  const sts = new STSClient({ region: "us-east-1", endpoint: aws.endpoint, credentials });

  return (await callerIdentity(sts)) ?? { arn: "" };
}
