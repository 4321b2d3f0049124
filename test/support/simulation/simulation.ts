import { reconcile } from "#core/bucket/reconcile";
import { joinWork, type Work } from "#core/bucket/work";
import type { BucketEncryption } from "#core/encryption";
import type { Actor, RequestedChange, Trigger } from "#core/event/trigger";
import type { Fact } from "#core/fact";
import type { KeyFacts } from "#core/key/key";
import { postponed, postponedSchema } from "../../../functions/bucket/message.ts";
import { nextHop } from "../../../functions/queue/hops.ts";
import { ref } from "../core/world.ts";
import type { Aws } from "./aws.ts";
import { Clock } from "./clock.ts";
import type { Tape } from "./tape.ts";
import { OWN_ROLE, type Weather, Worker } from "./worker.ts";

interface Message {
  readonly id: string;
  readonly work: Omit<Work, "ids">;
  receives: number;
}

/**
 * Milliseconds after which an undeleted message is redelivered, and after which a run of the
 * function is killed.
 */
const VISIBILITY = 180_000;
const TIME_LIMIT = 30_000;
/** Milliseconds between two looks at what is due. */
const TICK = 300_000;
/** The start time of every world. */
export const START = Date.parse("2026-11-21T08:00:00.250Z");

/** The queue, the function's workers, and the people around one bucket, in virtual time. */
export class Simulation {
  readonly clock = new Clock(START);
  readonly aws: Aws;
  readonly weather: Weather;
  /** Every event of another caller that was sent. */
  readonly events: Trigger[] = [];
  /** The result of every run of the function. */
  readonly runs: string[] = [];
  readonly #tape: Tape;
  readonly #memory = new Map<string, { readonly at: number; readonly key: Fact<KeyFacts | null> }>();
  readonly #visible: Message[] = [];
  readonly #reminded = new Set<string>();
  #failure: unknown = null;
  #ids = 0;

  constructor(aws: Aws, tape: Tape, weather: Weather) {
    this.aws = aws;
    this.weather = weather;
    this.#tape = tape;
    aws.onSaved = ({ due = null }) => this.#remind(due);
  }

  /**
   * Somebody's call on the bucket: takes effect now; CloudTrail's event follows later, perhaps
   * twice.
   */
  call(who: string, eventName: string, requested: RequestedChange | null, effect: () => void): void {
    effect();
    const trigger = this.#trigger(eventName, requested, person(who));
    this.events.push(trigger);
    this.#tell(trigger);
  }

  /** Asks for a look that no event caused. */
  sweep(): void {
    this.#send({ ref, triggers: [], after: [], since: null, hops: 0 }, 0);
  }

  /** Runs until all is quiet: every message delivered, every retry and postponed look done. */
  async run(): Promise<void> {
    await this.clock.run();
    if (this.#failure !== null) throw this.#failure;
  }

  // --- internal ---

  /** As the schedule does every five minutes: sends what is due. */
  #remind(due: string | null): void {
    if (due === null || this.#reminded.has(due)) return;
    this.#reminded.add(due);
    const at = Math.max(Date.parse(due), this.clock.now) - START;
    this.clock.in(START + Math.ceil((at + 1) / TICK) * TICK - this.clock.now, () => {
      this.#reminded.delete(due);
      if (this.aws.state.due === due) this.sweep();
    });
  }

  #newId = (): string => `id-${this.#ids++}`;

  #trigger(eventName: string, requested: RequestedChange | null, actor: Actor, issuer: string | null = null): Trigger {
    const eventTime = `${new Date(this.clock.now).toISOString().slice(0, 19)}Z`;
    return { eventId: this.#newId(), eventName, eventTime, actor, issuer, requested };
  }

  #tell(trigger: Trigger): void {
    const copies = this.#tape.pick([1, 1, 2, 3]);
    for (let copy = 0; copy < copies; copy++) {
      this.#send(
        { ref, triggers: [trigger], after: [], since: null, hops: 0 },
        this.#tape.pick([0, 5000, 500, 8000, 20_000]),
      );
    }
  }

  #wrote = (encryption: BucketEncryption): void => {
    const arn = "arn:aws:sts::111122223333:assumed-role/bucketseal/session";
    const own: Actor = { ...person("bucketseal"), type: "AssumedRole", arn };
    this.#tell(this.#trigger("PutBucketEncryption", { kind: "encryption", encryption }, own, OWN_ROLE));
  };

  #send(work: Omit<Work, "ids">, delay: number): void {
    const message: Message = { id: this.#newId(), work, receives: 0 };
    this.clock.in(delay, () => this.#show(message));
  }

  /** A message becomes visible; a worker takes it, perhaps with other visible ones. */
  #show(message: Message): void {
    this.#visible.push(message);
    this.clock.in(this.#tape.pick([1, 50, 400]), () => {
      if (this.#visible.length > 0) void this.#work(this.#visible.splice(0, 10));
    });
  }

  async #work(messages: readonly Message[]): Promise<void> {
    const { aws, clock, weather } = this;
    const worker = new Worker({
      aws,
      clock,
      tape: this.#tape,
      weather,
      memory: this.#memory,
      wrote: this.#wrote,
      newId: this.#newId,
    });
    let isDone = false;
    clock.in(TIME_LIMIT, () => {
      if (!isDone && !worker.life.dead) worker.kill();
    });
    for (const message of messages) {
      message.receives++;
      clock.in(VISIBILITY, () => {
        if (worker.life.dead) this.#show(message);
      });
    }
    for (const work of joinWork(messages.map((message) => ({ ...message.work, ids: [message.id] })))) {
      try {
        const result = await reconcile(worker.ports(), work);
        this.runs.push(result.kind === "later" ? `later: ${result.why}` : result.outcome);
        if (result.kind === "later") await worker.call(() => this.#later(work, result.why, result.seconds));
      } catch (error) {
        this.runs.push(`threw: ${String(error)}`);
        if (!(error instanceof Error) || error.name !== "RetryableError") this.#failure ??= error;
        for (const message of messages) clock.in(Math.min(60, 5 * message.receives) * 1000, () => this.#show(message));
      }
    }
    isDone = true;
  }

  #later(work: Work, why: Parameters<typeof postponed>[1], seconds: number): void {
    const text = JSON.stringify(postponed(work, why, this.clock.now, seconds));
    const { schema: _, ...message } = postponedSchema.parse(JSON.parse(text));
    if (seconds > 900 || seconds <= 0) throw new Error(`SQS cannot hold a message back for ${seconds} s`);
    this.#send({ ...message, hops: nextHop(work.hops, why) }, Math.ceil(seconds) * 1000);
  }
}

/** An IAM user of the bucket's account. */
export function person(name: string): Actor {
  return {
    type: "IAMUser",
    arn: `arn:aws:iam::111122223333:user/${name}`,
    accountId: "111122223333",
    session: null,
    sourceIdentity: null,
    sourceIp: "198.51.100.7",
    invokedBy: null,
  };
}
