/**
 * Whether something is true, as far as is known: Kleene's three-valued logic. No value is falsy, so
 * that none is taken for another by mistake.
 */
export type Truth = "yes" | "no" | "unknown";

export function truthOf(isTrue: boolean): Truth {
  return isTrue ? "yes" : "no";
}

/** Whether it is true of all: one sure "no" outweighs everything that is not known. */
export function allOf<T>(list: readonly T[], of: (item: T) => Truth): Truth {
  let found: Truth = "yes";
  for (const item of list) {
    const truth = of(item);
    if (truth === "no") return "no";
    if (truth === "unknown") found = "unknown";
  }
  return found;
}

/** Whether it is true of any: one sure "yes" outweighs everything that is not known. */
export function anyOf<T>(list: readonly T[], of: (item: T) => Truth): Truth {
  return opposite(allOf(list, (item) => opposite(of(item))));
}

/** The same of questions, which are asked only as far as the result depends on them. */
export function allTrue(...questions: readonly (() => Truth)[]): Truth {
  return allOf(questions, (ask) => ask());
}

export function anyTrue(...questions: readonly (() => Truth)[]): Truth {
  return anyOf(questions, (ask) => ask());
}

export function opposite(truth: Truth): Truth {
  if (truth === "unknown") return truth;
  return truth === "yes" ? "no" : "yes";
}
