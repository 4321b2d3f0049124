import { describeKey } from "#aws/kms/describe-key";
import { type Pin, type PinScope, readPin, writePin } from "#aws/ledger/pins";
import type { Table } from "#aws/table";
import { type KmsArn, parseKmsArn } from "#core/key/arn";
import type { KeyFacts } from "#core/key/key";
import { safe } from "#core/safe";
import { type AskedAccounts, accountsArgs, askedAccounts } from "../accounts/args.ts";
import { openDoors } from "../accounts/enter.ts";
import { ofPlaces, openPlaces, type Places } from "../accounts/open-places.ts";
import { CliError } from "../error.ts";
import { command } from "../line/command.ts";
import type { Session } from "../session/session.ts";
import { assumePushRole } from "../stage/push-role.ts";
import { confirm } from "../terminal/confirm.ts";

export const policyAcceptKey = command({
  name: "accept-key",
  description: "Accepts that an alias now points to a different key, and releases the buckets held because of it.",
  args: {
    alias_arn: { type: "positional", required: true, description: "the alias ARN, as given in the alert" },
    yes: { type: "boolean", description: "skip the confirmation" },
    ...accountsArgs,
  },
  examples: [
    ["policy accept-key arn:aws:kms:eu-west-1:111122223333:alias/s3-default", "asks for confirmation on the terminal"],
    [
      "policy accept-key arn:aws:kms:eu-west-1:111122223333:alias/central --all-accounts",
      "a central alias, for the buckets of all members that it is pinned for",
    ],
  ],
  json: `{ stage, alias, accepted: boolean, keyArn: string, pinned: { keyArn, by, at } | null }
With accounts: { stage, alias, accepted: boolean, keyArn: string, pins: { account, region, keyArn, by, at }[] }   // as they were`,
  notes: [
    "A hub pins an alias for each account and Region whose buckets use it. Without accounts the pin of the alias's own account is meant, with them those of the accounts. With --role the key is read by that role in the alias's account, unless that is your own.",
    "Exit codes: 0 accepted (or already pinned), 1 an error, or not confirmed.",
  ],
  run: async (args, out) => {
    const alias = args.alias_arn;
    const scope = aliasArn(alias);
    const asked = askedAccounts(args);
    const { role: _role, "external-id": _id, ...rest } = args;
    const { session, deployment, ledger, places } = await openPlaces(rest, out);
    const { stage } = deployment;
    const owner = asked?.role == null ? session : await ownerOf(session, asked, scope.account);
    const [pins, key, { arn }] = await Promise.all([
      asked === null ? [await pinOf(ledger, scope, alias)] : pinsOf(ledger, places, scope, alias),
      currentKey(owner, scope, alias),
      session.identity(),
    ]);
    const moved = pins.filter(({ pin }) => pin?.keyArn !== key.arn);
    const was = pins.map(({ account, region, pin }) => ({ account, region, ...pin }));
    const answer = {
      stage,
      alias,
      keyArn: key.arn,
      ...(asked === null ? { pinned: pins[0]?.pin ?? null } : { pins: was }),
    };
    out.line(`alias    ${safe(alias)}`);
    for (const { account, pin } of pins) {
      const text = pin === null ? "nothing yet" : `${safe(pin.keyArn)} (${safe(pin.by)}, ${safe(pin.at)})`;
      out.line(`pinned   ${text}${asked === null ? "" : `  for account ${account}`}`);
    }
    out.line(`now      ${safe(key.arn)} (${safe(key.state)}, ${safe(key.spec)})`);
    if (moved.length === 0) {
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
    let written = 0;
    for (const { account, region, pin } of moved) {
      const at = { account, region };
      if (!(await writePin({ ...ledger, dynamodb }, at, alias, accepted, pin?.keyArn ?? null))) {
        const done = written === 0 ? "nothing was changed" : `accepted for ${written} of ${moved.length} accounts`;
        throw new CliError(`${done}: somebody else accepted a key for this alias in the meantime; check again`, {
          code: "conflict",
        });
      }
      written += 1;
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

/** What an alias is pinned to for the buckets of an account and Region; `null`: nothing yet. */
interface PlacedPin extends PinScope {
  readonly pin: Pin | null;
}

async function pinOf(ledger: Table, { account, region }: PinScope, alias: string): Promise<PlacedPin> {
  const pin = await readPin(ledger, { account, region }, alias);
  if (!pin.known) throw new CliError(`the pin of ${safe(alias)} could not be read: ${safe(pin.error.name)}`);
  return { account, region, pin: pin.value };
}

/** The pins that there are in the accounts that are meant: keys are of their own Region only. */
async function pinsOf(ledger: Table, places: Places, { region }: PinScope, alias: string): Promise<PlacedPin[]> {
  const found = await ofPlaces(places, async (place) => (place.region === region ? pinOf(ledger, place, alias) : null));
  const pins = found.filter((each) => each !== null && each.pin !== null) as PlacedPin[];
  if (pins.length > 0) return pins;
  throw new CliError(`${safe(alias)} is pinned for none of these accounts`, { code: "no-pin" });
}

/** A session in the alias's account. */
async function ownerOf(session: Session, asked: AskedAccounts, account: string): Promise<Session> {
  const entry = await openDoors(session, asked).enter(account);
  if (entry.refused === null) return entry.session;
  throw new CliError(`account ${account}: ${entry.refused.text}`, { code: entry.refused.code });
}

async function currentKey(session: Session, { account, region }: KmsArn, alias: string): Promise<KeyFacts> {
  const key = await describeKey(session.kms(region), alias);
  if (!key.known) {
    const isElsewhere = account !== (await session.identity()).account;
    const how = isElsewhere
      ? `; a role of account ${account} may read it: --account A --role NAME, A being the buckets'`
      : "";
    throw new CliError(
      `the key of ${safe(alias)} could not be read: ${safe(key.error.name)}: ${safe(key.error.message, 200)}${how}`,
    );
  }
  if (key.value === null) throw new CliError(`there is no alias ${safe(alias)}`, { code: "no-key" });
  return key.value;
}
