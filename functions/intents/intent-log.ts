import type { NamedObject } from "#aws/ledger/object-intents";
import type { BucketRef, ObjectRef } from "#core/names";

/** Objects of an intent that were counted, whatever became of them. */
export interface Closing {
  readonly ref: BucketRef;
  /** The intent's id. */
  readonly id: string;
  readonly objects: readonly NamedObject[];
}

/**
 * The intents of one invocation for the objects of one bucket. Each is recorded before its object
 * is written; while one record is being saved, the next ones gather into a single call.
 */
export class IntentLog {
  readonly #save: (objects: readonly NamedObject[]) => Promise<void>;
  #objects: NamedObject[] = [];
  #saving: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  /** @param save - records the open intents, replacing the last record */
  constructor(save: (objects: readonly NamedObject[]) => Promise<void>) {
    this.#save = save;
  }

  /** Whether anything was recorded. */
  get isUsed(): boolean {
    return this.#objects.length > 0;
  }

  /** Resolves once the object is recorded. */
  async intend(object: NamedObject): Promise<void> {
    this.#objects.push(object);
    this.#next ??= this.#saving
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        this.#saving = this.#save([...this.#objects]);
        return this.#saving;
      });
    return this.#next;
  }

  /** Records what is left when these are done; an empty record if nothing is. */
  async settle(done: readonly NamedObject[]): Promise<void> {
    if (!this.isUsed) return;
    await this.#saving.catch(() => undefined);
    const left = without(this.#objects, done);
    this.#objects = left;
    await this.#save(left);
  }
}

/** Objects that are not among others. */
export function without(objects: readonly NamedObject[], others: readonly NamedObject[]): NamedObject[] {
  const names = new Set(others.map(nameOfObject));
  return objects.filter((object) => !names.has(nameOfObject(object)));
}

/** A string that identifies an object within its bucket. */
export function nameOfObject({ key, versionId }: NamedObject): string {
  return JSON.stringify([key, versionId]);
}

/** An object as the ledger names it. */
export function named({ key, versionId }: ObjectRef): NamedObject {
  return { key, versionId: versionId ?? null };
}
