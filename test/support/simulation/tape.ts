/**
 * The choices of one schedule, read one after the other; past its end every choice is harmless (0).
 * A property shrinks it to the few choices that matter.
 */
export class Tape {
  readonly #choices: readonly number[];
  #at = 0;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  /** One of `options`; the first past the end of the tape. */
  pick<T>(options: readonly [T, ...T[]]): T {
    const choice = this.#choices[this.#at++] ?? 0;
    return options[choice % options.length] as T;
  }
}
