/** What a look brought: a value, or the reason why there is none. "Could not look" is never folded into a value. */
export type Fact<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly error: FactError };

export interface FactError {
  /** `error.name` of the SDK error, such as `AccessDenied`. */
  readonly name: string;
  readonly message: string;
}
