import { longest } from "#core/cut";
import { actorOf } from "#core/event/actor";
import type { Actor, Trigger } from "#core/event/trigger";
import { aTrigger, eventAt } from "./loop.ts";

/**
 * What others could write at its worst: text without end, of a character that takes the most room
 * in JSON (six bytes each, seven and more in JSON within JSON).
 */
export const hostileCharacters = ['"', "\u0001", "発", "\\", "<"] as const;

/** As much of it as anybody may want. */
export function endless(character: string): string {
  return character.repeat(20_000);
}

export function hostileActor(character: string, number = 0): Actor {
  const text = `${number}${endless(character)}`;
  return actorOf(
    {
      type: text,
      arn: text,
      accountId: text,
      invokedBy: text,
      principalId: `x:${text}`,
      sessionContext: { sourceIdentity: text },
    },
    `198.51.100.7${"0".repeat(20_000)}`,
  );
}

/** An event as it comes through the parser, with everything in it as long as it may be. */
export function hostileTrigger(character: string, number: number): Trigger {
  return aTrigger({
    eventId: `${number}`.padEnd(longest.name, character),
    eventTime: eventAt(number),
    actor: hostileActor(character, number),
    requested: {
      kind: "tags",
      tags: Object.fromEntries(
        Array.from({ length: 50 }, (_, tag) => [`${tag}`.padEnd(128, character), character.repeat(256)]),
      ),
    },
  });
}

export function bytesOf(value: unknown): number {
  return Buffer.byteLength(typeof value === "string" ? value : JSON.stringify(value));
}
