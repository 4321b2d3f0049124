import { createHash } from "node:crypto";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { RetryableError } from "#aws/error";
import type { Table } from "#aws/table";
import { isTelling, type ObjectWindow } from "#core/alert/digest";
import { conditional } from "./conditional.ts";
import { retryably } from "./retryably.ts";
import {
  additions,
  MAX_STORED_ACTORS,
  MAX_STORED_SAMPLES,
  MAX_STORED_TELLING,
  sampleItem,
  type WindowItem,
  type WindowName,
  windowKey,
} from "./window-item.ts";

/**
 * Adds a part to an open window in one call, without waiting for other writers. `id` names the
 * part: a part that arrives twice counts once. Returns false if the window is closed or was never
 * opened. Ordinary samples stop at 20, telling ones at 30, actors at 5; after that only counts are
 * added. The item does not grow with the parts: each write costs a unit for every KB of it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function addToWindow(ledger: Table, name: WindowName, part: ObjectWindow, id: string): Promise<boolean> {
  const mark = createHash("sha256").update(id, "utf8").digest("hex").slice(0, 16);
  let share: Share = { part, enough: MAX_STORED_SAMPLES, turns: false };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const refused = await add(ledger, name, share, mark);
    if (refused === null || refused === "counted") return true;
    if (refused === "closed") return false;
    share = less(share, refused);
  }
  throw new RetryableError("others keep changing the window of a bucket's objects");
}

// --- internal ---

const ATTEMPTS = 10;
/**
 * Names of parts that are remembered for sure, and of as many again: a call whose answer was lost
 * is repeated within seconds, and no window has that many parts meanwhile.
 */
const MAX_PARTS = 100;

/** What of a part is tried to be added. */
interface Share {
  readonly part: ObjectWindow;
  /** Samples in the item beyond which none is added. */
  readonly enough: number;
  /** The names of parts are full: they become the earlier ones, and new ones begin. */
  readonly turns: boolean;
}

type Refusal = "counted" | "closed" | "full" | "turned" | "enough samples" | "enough actors";

function less(share: Share, refused: Exclude<Refusal, "counted" | "closed">): Share {
  const { part, enough } = share;
  if (refused === "full" || refused === "turned") return { ...share, turns: refused === "full" };
  if (refused === "enough actors") return { ...share, part: { ...part, actors: [] } };
  const telling = enough === MAX_STORED_SAMPLES ? part.samples.filter(isTelling) : [];
  const actors = telling.length === 0 ? [] : part.actors;
  return { ...share, part: { ...part, samples: telling, actors }, enough: MAX_STORED_TELLING };
}

async function add({ dynamodb, table }: Table, name: WindowName, share: Share, mark: string): Promise<Refusal | null> {
  const { part, enough, turns } = share;
  const { samples, actors } = part;
  const adds = [...additions(part), ...(turns ? [] : [["parts", { SS: [mark] }] as const])];
  const update = new UpdateItemCommand({
    TableName: table,
    Key: windowKey(name),
    UpdateExpression: [
      `ADD ${adds.map((_, at) => `#a${at} :a${at}`).join(", ")} SET #from = if_not_exists(#from, :from), #to = :to`,
      ...(turns ? ["earlier = parts, parts = :first"] : []),
      ...(samples.length > 0 ? ["samples = list_append(if_not_exists(samples, :none), :samples)"] : []),
    ].join(", "),
    ConditionExpression: [
      "attribute_exists(pk) AND attribute_not_exists(closed) AND NOT contains(parts, :part) AND NOT contains(earlier, :part)",
      turns ? "size(parts) >= :most" : "(attribute_not_exists(parts) OR size(parts) < :most)",
      ...(samples.length > 0 ? ["(attribute_not_exists(samples) OR size(samples) < :enough)"] : []),
      ...(actors.length > 0 ? ["(attribute_not_exists(actors) OR size(actors) < :actors)"] : []),
    ].join(" AND "),
    ExpressionAttributeNames: {
      "#from": "from",
      "#to": "to",
      ...Object.fromEntries(adds.map(([attribute], at) => [`#a${at}`, attribute])),
    },
    ExpressionAttributeValues: {
      ":from": { S: part.from },
      ":to": { S: part.to },
      ":part": { S: mark },
      ":most": { N: String(MAX_PARTS) },
      ...(turns ? { ":first": { SS: [mark] } } : {}),
      ...Object.fromEntries(adds.map(([, value], at) => [`:a${at}`, value])),
      ...(samples.length === 0 ? {} : sampleValues(samples, enough)),
      ...(actors.length === 0 ? {} : { ":actors": { N: String(MAX_STORED_ACTORS) } }),
    },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  const added = await conditional(() => retryably(() => dynamodb.send(update)));
  return added.held ? null : refusal(added.item, share, mark);
}

function refusal(item: WindowItem | undefined, { part, enough, turns }: Share, mark: string): Refusal {
  const parts = item?.parts?.SS ?? [];
  if ([...parts, ...(item?.earlier?.SS ?? [])].includes(mark)) return "counted";
  if (item === undefined || item.closed !== undefined) return "closed";
  if (parts.length >= MAX_PARTS !== turns) return turns ? "turned" : "full";
  const isEnough = part.samples.length > 0 && (item.samples?.L ?? []).length >= enough;
  return isEnough ? "enough samples" : "enough actors";
}

function sampleValues(samples: ObjectWindow["samples"], enough: number): WindowItem {
  return {
    ":none": { L: [] },
    ":samples": { L: samples.map(sampleItem) },
    ":enough": { N: String(enough) },
  };
}
