import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import { isTelling, type ObjectWindow } from "#core/alert/digest";
import { conditional } from "./conditional.ts";
import { retryably } from "./retryably.ts";
import {
  additions,
  MAX_STORED_SAMPLES,
  MAX_STORED_TELLING,
  type WindowItem,
  type WindowName,
  windowKey,
} from "./window-item.ts";

/**
 * Adds a part to an open window in one call, without waiting for other writers. `id` names the
 * part: a part that arrives twice counts once. Returns false if the window is closed or was never
 * opened. Ordinary samples stop at 20, telling ones at 30; after that only counts are added, and no
 * actors.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function addToWindow(ledger: Table, name: WindowName, part: ObjectWindow, id: string): Promise<boolean> {
  const telling = part.samples.filter(isTelling);
  const tries = [
    { samples: part.samples, enough: MAX_STORED_SAMPLES },
    ...(telling.length === 0 ? [] : [{ samples: telling, enough: MAX_STORED_TELLING }]),
  ];
  for (const { samples, enough } of tries) {
    const tried = await add(ledger, name, { ...part, samples }, id, enough);
    if (tried !== "enough samples") return tried === "added";
  }
  return (await add(ledger, name, { ...part, samples: [], actors: [] }, id)) === "added";
}

// --- internal ---

type Added = "added" | "closed" | "enough samples";

async function add(
  { dynamodb, table }: Table,
  name: WindowName,
  part: ObjectWindow,
  id: string,
  enough = 0,
): Promise<Added> {
  const { samples } = part;
  const adds = [...additions(part), ["parts", { SS: [id] }] as const];
  const update = new UpdateItemCommand({
    TableName: table,
    Key: windowKey(name),
    UpdateExpression: [
      `ADD ${adds.map((_, at) => `#a${at} :a${at}`).join(", ")} SET #from = if_not_exists(#from, :from), #to = :to`,
      ...(samples.length > 0 ? ["samples = list_append(if_not_exists(samples, :none), :samples)"] : []),
    ].join(", "),
    ConditionExpression: [
      "attribute_exists(pk) AND attribute_not_exists(closed) AND NOT contains(parts, :part)",
      ...(samples.length > 0 ? ["(attribute_not_exists(samples) OR size(samples) < :enough)"] : []),
    ].join(" AND "),
    ExpressionAttributeNames: {
      "#from": "from",
      "#to": "to",
      ...Object.fromEntries(adds.map(([attribute], at) => [`#a${at}`, attribute])),
    },
    ExpressionAttributeValues: {
      ":from": { S: part.from },
      ":to": { S: part.to },
      ":part": { S: id },
      ...Object.fromEntries(adds.map(([, value], at) => [`:a${at}`, value])),
      ...(samples.length === 0 ? {} : sampleValues(samples, enough)),
    },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  const added = await conditional(() => retryably(() => dynamodb.send(update)));
  return added.held ? "added" : refusal(added.item, id);
}

function refusal(item: WindowItem | undefined, id: string): Added {
  if (item?.parts?.SS?.includes(id)) return "added";
  return item === undefined || item.closed !== undefined ? "closed" : "enough samples";
}

function sampleValues(samples: ObjectWindow["samples"], enough: number): WindowItem {
  return {
    ":none": { L: [] },
    ":samples": { L: samples.map((sample) => ({ S: JSON.stringify(sample) })) },
    ":enough": { N: String(enough) },
  };
}
