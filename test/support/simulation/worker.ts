import type { Ports } from "#core/bucket/ports";
import type { BucketEncryption } from "#core/encryption";
import { isOwn } from "#core/event/actor";
import type { Fact } from "#core/fact";
import type { KeyFacts } from "#core/key/key";
import { denied, known } from "../core/world.ts";
import type { Aws } from "./aws.ts";
import type { Clock } from "./clock.ts";
import { dependentsOf } from "./dependents.ts";
import type { Tape } from "./tape.ts";

/** Possible faults, with their number in one world. */
export interface Weather {
  /** Milliseconds for which S3 may show an earlier state. */
  readonly stale: number;
  /** Workers that die, at any of their awaits. */
  crashes: number;
  /** Calls that fail, before or after they took effect. */
  faults: number;
  /** After how many halves of calls (before and after the effect) a worker dies for certain. */
  diesAfter?: number;
  /** The faults so far. */
  mishaps?: number;
}

/** One run of the function: once it is dead, none of its calls ever returns. */
export interface Life {
  dead: boolean;
}

export const OWN_ROLE = "arn:aws:iam::111122223333:role/bucketseal";

class Retryable extends Error {
  override readonly name = "RetryableError";
}

const LATENCIES = [2, 5, 1, 12, 60, 300, 3, 30, 7, 1500] as const;

/**
 * The ports of one run of the function, on a world in which calls take time, fail, and see the
 * past.
 */
export class Worker {
  readonly #aws: Aws;
  readonly #clock: Clock;
  readonly #tape: Tape;
  readonly #weather: Weather;
  readonly #memory: Map<string, { readonly at: number; readonly key: Fact<KeyFacts | null> }>;
  /** Called with every successful write to S3. */
  readonly #wrote: (encryption: BucketEncryption) => void;
  readonly life: Life = { dead: false };
  readonly #newId: () => string;

  constructor(world: {
    readonly aws: Aws;
    readonly clock: Clock;
    readonly tape: Tape;
    readonly weather: Weather;
    readonly memory: Map<string, { readonly at: number; readonly key: Fact<KeyFacts | null> }>;
    readonly wrote: (encryption: BucketEncryption) => void;
    readonly newId: () => string;
  }) {
    this.#aws = world.aws;
    this.#clock = world.clock;
    this.#tape = world.tape;
    this.#weather = world.weather;
    this.#memory = world.memory;
    this.#wrote = world.wrote;
    this.#newId = world.newId;
  }

  ports(): Ports {
    const aws = this.#aws;
    return {
      reader: {
        ...dependentsOf(aws, (effect) => this.call(effect)),
        encryption: () => this.call(() => aws.encryptionAt(this.#past())),
        tags: () => this.call(() => aws.tagsAt(this.#past())),
        ous: () => this.call(() => known([])),
        accountTags: () => this.call(() => known({})),
        key: (_, arn, fresh) => this.call(() => this.#key(arn, fresh)),
        pin: (_, alias) => this.call(() => this.#pin(alias)),
      },
      writer: {
        put: (_, wanted) =>
          this.call(() => {
            if (aws.encryption === null) return { kind: "gone" };
            if (!aws.writable)
              return { kind: "refused", error: denied.known ? { name: "", message: "" } : denied.error };
            const { now } = this.#clock;
            aws.writes.push({ at: now, over: aws.encryption, wanted, intent: aws.state.intent });
            aws.set(now, { ...wanted });
            this.#wrote({ ...wanted });
            return { kind: "written" };
          }),
      },
      ledger: {
        read: () => this.call(() => aws.state),
        save: (_, state) => this.call(() => aws.save(state)),
      },
      policy: () => this.call(() => aws.inForce),
      paused: () => this.call(() => aws.paused),
      publish: (alert) =>
        this.call(() => {
          if (!aws.snsWorks) throw new Retryable("SNS is down");
          aws.published.push({ at: this.#clock.now, alert });
        }),
      now: () => this.#clock.now,
      sleep: (milliseconds) => this.#clock.sleep(milliseconds).then(() => this.#breath()),
      newId: this.#newId,
      resumed: () => this.call(() => aws.resumed),
      role: () => OWN_ROLE,
      isOwn: (trigger) => isOwn(trigger, OWN_ROLE),
    };
  }

  /**
   * A call to AWS: takes time before and after its effect, and may fail, or be the last one, at
   * either.
   */
  async call<T>(effect: () => T): Promise<T> {
    await this.#breath();
    await this.#misfortune();
    const answer = effect();
    await this.#breath();
    await this.#misfortune();
    return answer;
  }

  /** Never resolves: nothing that this run of the function waits for arrives. */
  async die(): Promise<never> {
    this.kill();
    return new Promise(() => undefined);
  }

  kill(): void {
    this.#weather.mishaps = (this.#weather.mishaps ?? 0) + 1;
    this.life.dead = true;
  }

  // --- internal ---

  async #breath(): Promise<void> {
    await this.#clock.sleep(this.#tape.pick(LATENCIES));
    if (this.life.dead) await new Promise(() => undefined);
  }

  async #misfortune(): Promise<void> {
    const weather = this.#weather;
    if (weather.diesAfter !== undefined && weather.diesAfter-- === 0) await this.die();
    if (weather.crashes + weather.faults === 0) return;
    const fate = this.#tape.pick(["none", "none", "none", "none", "none", "none", "none", "fault", "crash"]);
    if (fate === "crash" && weather.crashes > 0) {
      weather.crashes--;
      await this.die();
    }
    if (fate === "fault" && weather.faults > 0) {
      weather.faults--;
      weather.mishaps = (weather.mishaps ?? 0) + 1;
      throw new Retryable("throttled");
    }
  }

  /** A time whose state may serve a read. */
  #past(): number {
    const { stale } = this.#weather;
    return this.#clock.now - (stale === 0 ? 0 : this.#tape.pick([0, 0, stale / 10, stale / 2, stale]));
  }

  /** As `functions/reader/bucket.ts` caches keys. */
  #key(arn: string, fresh: boolean): Fact<KeyFacts | null> {
    const { now } = this.#clock;
    const remembered = this.#memory.get(arn);
    if (remembered !== undefined && now - remembered.at <= (fresh ? 1000 : 300_000)) return remembered.key;
    const key = known(this.#aws.keys.get(arn) ?? null);
    this.#memory.set(arn, { at: now, key });
    return key;
  }

  #pin(alias: string): Fact<string | null> {
    const pin = this.#aws.pins.get(alias) ?? this.#aws.keys.get(alias)?.arn ?? null;
    if (pin !== null) this.#aws.pins.set(alias, pin);
    return known(pin);
  }
}
