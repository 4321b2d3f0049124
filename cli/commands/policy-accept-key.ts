import { describeKey } from "#aws/kms/describe-key";
import { readPin, writePin } from "#aws/ledger/pins";
import { type KmsArn, parseKmsArn } from "#core/key/arn";
import type { KeyFacts } from "#core/key/key";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { command } from "../line/command.ts";
import { assumePushRole } from "../stage/push-role.ts";
import type { Session } from "../stage/session.ts";
import { openSession } from "../stage/session.ts";
import { findStage } from "../stage/stage.ts";
import { confirm } from "../terminal/confirm.ts";

export const policyAcceptKey = command({
  name: "accept-key",
  description: "Accepts that an alias now points to a different key, and releases the buckets held because of it.",
  args: {
    alias_arn: { type: "positional", required: true, description: "the alias ARN, as given in the alert" },
    yes: { type: "boolean", description: "skip the confirmation" },
  },
  examples: [
    ["policy accept-key arn:aws:kms:eu-west-1:111122223333:alias/s3-default", "asks for confirmation on the terminal"],
  ],
  json: "{ stage, alias, accepted: boolean, keyArn: string, pinned: { keyArn, by, at } | null }",
  notes: ["Exit codes: 0 accepted (or already pinned), 1 an error, or not confirmed."],
  run: async (args, out) => {
    const alias = args.alias_arn;
    const scope = aliasArn(alias);
    const session = await openSession(args);
    const deployment = await findStage(session, args);
    const { stage, ledgerTable } = deployment;
    const [pin, key, { arn }] = await Promise.all([
      readPin({ dynamodb: await session.dynamodb(), table: ledgerTable }, scope, alias),
      currentKey(session, scope, alias),
      session.identity(),
    ]);
    if (!pin.known) throw new CliError(`the pin of ${safe(alias)} could not be read: ${safe(pin.error.name)}`);
    const pinned = pin.value;
    const answer = { stage, alias, keyArn: key.arn, pinned };
    out.line(`alias    ${safe(alias)}`);
    out.line(`pinned   ${pinned ? `${safe(pinned.keyArn)} (${safe(pinned.by)}, ${safe(pinned.at)})` : "nothing yet"}`);
    out.line(`now      ${safe(key.arn)} (${safe(key.state)}, ${safe(key.spec)})`);
    if (pinned?.keyArn === key.arn) {
      out.line("already pinned; nothing to accept");
      out.document({ ...answer, accepted: false });
      return 0;
    }
    if (!(await confirm("Accept this key?", args.yes === true, out))) {
      out.line("nothing was changed");
      out.document({ ...answer, accepted: false });
      return 1;
    }
    const accepted = { keyArn: key.arn, by: arn, at: new Date().toISOString() };
    const dynamodb = await assumePushRole(session, deployment);
    if (!(await writePin({ dynamodb, table: ledgerTable }, scope, alias, accepted, pinned?.keyArn ?? null))) {
      throw new CliError(
        "nothing was changed: somebody else accepted a key for this alias in the meantime; check again",
        {
          code: "conflict",
        },
      );
    }
    out.line("accepted");
    out.document({ ...answer, accepted: true });
    return 0;
  },
});

// --- internal ---

function aliasArn(text: string): KmsArn {
  const arn = parseKmsArn(text);
  if (arn?.kind === "alias") return arn;
  throw new CliError(
    `"${safe(text)}" is not an alias ARN; expected for example arn:aws:kms:eu-west-1:111122223333:alias/s3-default`,
    {
      code: "usage",
    },
  );
}

async function currentKey(session: Session, { region }: KmsArn, alias: string): Promise<KeyFacts> {
  const key = await describeKey(session.kms(region), alias);
  if (!key.known)
    throw new CliError(
      `the key of ${safe(alias)} could not be read: ${safe(key.error.name)}: ${safe(key.error.message, 200)}`,
    );
  if (key.value === null) throw new CliError(`there is no alias ${safe(alias)}`, { code: "no-key" });
  return key.value;
}
