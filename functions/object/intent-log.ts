import type { NamedObject } from "#aws/ledger/object-intents";
import type { ObjectRef } from "#core/names";

/**
 * The objects of one bucket that this invocation is about to write. Each is recorded before it is written, those that come together in one
 * call: while one is under way, the next ones gather.
 */
export class IntentLog {
  readonly #save: (objects: readonly NamedObject[]) => Promise<void>;
  #objects: NamedObject[] = [];
  #saving: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  /** @param save records what is open now, in place of what was */
  constructor(save: (objects: readonly NamedObject[]) => Promise<void>) {
    this.#save = save;
  }

  /** Whether anything was recorded. */
  get isUsed(): boolean {
    return this.#objects.length > 0;
  }

  /** Answers once the object is recorded. */
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

  /** Records what is left when these are done; nothing at all if that is everything. */
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

/** One text for one object of a bucket. */
export function nameOfObject({ key, versionId }: NamedObject): string {
  return JSON.stringify([key, versionId]);
}

/** An object as the ledger names it. */
export function named({ key, versionId }: ObjectRef): NamedObject {
  return { key, versionId: versionId ?? null };
}
