import type { SQSClient } from "@aws-sdk/client-sqs";
import { RetryableError } from "#aws/error";
import { addToWindow } from "#aws/ledger/window-add";
import type { WindowKind, WindowName } from "#aws/ledger/window-item";
import { openWindow, windowEndAsked } from "#aws/ledger/windows";
import { sendLater } from "#aws/sqs/queue";
import type { Table } from "#aws/table";
import type { ObjectWindow } from "#core/alert/digest";
import type { BucketRef } from "#core/names";
import { endMessage } from "../object/message.ts";

export interface WindowSettings {
  readonly ledger: Table;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** Length of each kind of window; windows of all functions begin at the same times. */
  readonly seconds: Readonly<Record<WindowKind, number>>;
  readonly now: () => number;
  readonly newId: () => string;
}

/** Seconds after its end in which a window still takes its own findings. */
const GRACE = 2;
/** Windows to remember; beyond that all are forgotten. */
const REMEMBERED = 1_000;

/** The windows in which the findings about objects are counted until an alert reports them. */
export class Windows {
  readonly #settings: WindowSettings;
  readonly #opened = new Map<string, { readonly name: WindowName; readonly opening: Promise<void> }>();

  constructor(settings: WindowSettings) {
    this.#settings = settings;
  }

  /**
   * Opens the current window, if nobody has, and asks for its end.
   * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
   */
  async open(ref: BucketRef, kind: WindowKind, later = 0): Promise<WindowName> {
    const length = this.#settings.seconds[kind] * 1000;
    const start = (Math.floor(this.#settings.now() / length) + later) * length;
    const name: WindowName = { ref, kind, start: new Date(start).toISOString() };
    const place = JSON.stringify([kind, ref.account, ref.region, ref.bucket]);
    const known = this.#opened.get(place);
    if (known?.name.start === name.start) {
      await known.opening;
      return name;
    }
    if (this.#opened.size >= REMEMBERED) this.#opened.clear();
    const opening = this.#begin(name, (start + length) / 1000 + GRACE);
    this.#opened.set(place, { name, opening });
    opening.catch(() => this.#opened.delete(place));
    await opening;
    return name;
  }

  /** Milliseconds since the epoch: when a window ends. */
  endOf({ kind, start }: WindowName): number {
    return Date.parse(start) + this.#settings.seconds[kind] * 1000;
  }

  /**
   * Counts findings in the current window, or in the next one if that is closed already. `id` names
   * the part: it is counted once.
   * @throws RetryableError on throttling, 5xx and timeouts.
   */
  async add(ref: BucketRef, kind: WindowKind, part: ObjectWindow, id: string): Promise<void> {
    for (const later of [0, 1]) {
      const name = await this.open(ref, kind, later);
      if (await addToWindow(this.#settings.ledger, name, part, id)) return;
    }
    throw new RetryableError(`no window of ${ref.bucket} is open`);
  }

  /**
   * The end is asked for until one message is known to be on its way; asking twice does no harm.
   */
  async #begin(name: WindowName, end: number): Promise<void> {
    const { ledger, sqs, queueUrl, now, newId } = this.#settings;
    if (!(await openWindow(ledger, name, { now: now(), id: newId() }))) return;
    await sendLater(sqs, queueUrl, endMessage(name), end - now() / 1000);
    await windowEndAsked(ledger, name);
  }
}
