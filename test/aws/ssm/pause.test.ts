import { randomUUID } from "node:crypto";
import { DeleteParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { readPause, writePause } from "#aws/ssm/pause";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();

test("the pause switch stops writes with a reason, and allows them again", async () => {
  const { ssm } = aws.root();
  const Name = `/bucketseal/${randomUUID()}/writes`;
  await ssm.send(new PutParameterCommand({ Name, Value: "allowed", Type: "String" }));
  expect(await readPause(ssm, Name)).toEqual({ known: true, value: null });
  await writePause(ssm, Name, "by alice: incident 4711");
  expect(await readPause(ssm, Name)).toEqual({ known: true, value: "writes are paused: by alice: incident 4711" });
  await writePause(ssm, Name, null);
  expect(await readPause(ssm, Name)).toEqual({ known: true, value: null });
});

test("a pause survives a deployment whose template writes its own value of the switch again", async () => {
  const { ssm } = aws.root();
  const Name = `/bucketseal/${randomUUID()}/writes`;
  const byTemplate = () =>
    ssm.send(new PutParameterCommand({ Name, Value: "allowed", Type: "String", Overwrite: true }));
  await byTemplate();
  await writePause(ssm, Name, "by alice: incident 4711");
  await byTemplate();
  expect(await readPause(ssm, Name)).toEqual({ known: true, value: "writes are paused: by alice: incident 4711" });
});

test.each(["ALLOWED", " allowed", "true"])("the pause switch stops writes for any value but one: %j", async (Value) => {
  const { ssm } = aws.root();
  const Name = `/bucketseal/${randomUUID()}/writes`;
  await ssm.send(new PutParameterCommand({ Name, Value, Type: "String" }));
  expect(await readPause(ssm, Name)).toEqual({ known: true, value: `writes are paused: ${Value}` });
});

test("a pause switch that does not exist, or that we may not read, is unknown", async () => {
  const { ssm } = aws.root();
  const Name = `/bucketseal/${randomUUID()}/writes`;
  await ssm.send(new PutParameterCommand({ Name, Value: "allowed", Type: "String" }));
  expect(await readPause((await aws.user([])).ssm, Name)).toMatchObject({
    known: false,
    error: { name: "AccessDeniedException" },
  });
  await ssm.send(new DeleteParameterCommand({ Name }));
  expect(await readPause(ssm, Name)).toMatchObject({ known: false, error: { name: "ParameterNotFound" } });
});

test("the pause switch is requested again when SSM throttles", async () => {
  await withFaults(aws.endpoint, [{ kind: "error500", service: "ssm" }], async () => {
    await expect(readPause(aws.root().ssm, "/bucketseal/x/writes")).rejects.toThrow(RetryableError);
  });
});
