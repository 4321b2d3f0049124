/** The result of a read: a value, or why there is none. */

/**
 * The result of a read: a value, or the error that prevented it. "Could not read" is never folded
 * into a value.
 */
export type Fact<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly error: FactError };

/** Why there is no value. */
export interface FactError {
  /** `error.name` of the SDK error, such as `AccessDenied`. */
  readonly name: string;
  readonly message: string;
}
