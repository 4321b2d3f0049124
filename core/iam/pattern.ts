import { compileGlob, type Glob, globMatches } from "#core/match/glob";
import { type RequestContext, valuesOf } from "./request.ts";
import { type Truth, truthOf } from "./truth.ts";

/** A text of a policy document, in which `*`, `?` and variables stand for others. */
export interface IamPattern {
  /** Literal texts at even places, the insides of variables at odd ones. */
  readonly pieces: readonly string[];
  /** Compiled if there is no variable to fill in. */
  readonly glob: Glob | null;
}

/**
 * Reads a text. Documents of the version 2008-10-17, which is also the default, have no variables:
 * there they are literal text.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function iamPattern(text: string, hasVariables: boolean): IamPattern {
  const pieces = hasVariables ? text.split(VARIABLE) : [text];
  return { pieces, glob: pieces.length === 1 ? compileGlob(wild(text)) : null };
}

/**
 * Whether all of `text` matches: `*` is any run of characters, `?` any one. A variable without a
 * value matches nothing.
 */
export function patternMatches(pattern: IamPattern, text: string, context: RequestContext): Truth {
  if (pattern.glob !== null) return truthOf(globMatches(pattern.glob, text));
  const filled = globText(pattern, context);
  if (filled.kind === "filled") return truthOf(globMatches(compileGlob(filled.text), text));
  return filled.kind === "absent" ? "no" : "unknown";
}

/** A text with its variables filled in; `absent`: one of them has no value, and no default. */
export type Filled = { readonly kind: "filled"; readonly text: string } | { readonly kind: "absent" | "unknown" };

/** The text as a glob: what a variable stands for has no wildcards, whoever chose it. */
export function globText(pattern: IamPattern, context: RequestContext): Filled {
  return fill(pattern, context, wild, literal);
}

/** The text for comparisons that know no wildcards. */
export function plainText(pattern: IamPattern, context: RequestContext): Filled {
  const asIs = (text: string) => text;
  return fill(pattern, context, asIs, asIs);
}

// --- internal ---

const VARIABLE = /\$\{([^}]*)\}/;

/** `${*}`, `${?}` and `${$}` are the characters themselves. */
const CHARACTERS = ["*", "?", "$"];

type Write = (text: string) => string;

function fill({ pieces }: IamPattern, context: RequestContext, written: Write, inserted: Write): Filled {
  let text = "";
  let isUnknown = false;
  for (const [at, piece] of pieces.entries()) {
    if (at % 2 === 0) {
      text += written(piece);
      continue;
    }
    const value = insideOf(piece, context);
    if (value === null) return { kind: "absent" };
    if (value === undefined) isUnknown = true;
    else text += inserted(value);
  }
  return isUnknown ? { kind: "unknown" } : { kind: "filled", text };
}

/**
 * What a variable such as `aws:username` or `aws:PrincipalTag/team, 'none'` stands for; `null`:
 * nothing, `undefined`: nobody knows. A variable of a multivalued key is not defined.
 */
function insideOf(variable: string, context: RequestContext): string | null | undefined {
  if (CHARACTERS.includes(variable)) return variable;
  const read = /^\s*([^\s,]+)\s*(?:,\s*'(.*)'\s*)?$/s.exec(variable);
  if (read === null) return undefined;
  const [, key = "", fallback = null] = read;
  const values = valuesOf(context, key);
  if (values === null) return fallback;
  return values === "unknown" || values.length !== 1 ? undefined : values[0];
}

/** As the source of a glob, where `\` makes the next character literal; IAM has no such thing. */
function wild(text: string): string {
  return text.replaceAll("\\", "\\\\");
}

function literal(text: string): string {
  return text.replaceAll(/[\\*?]/g, "\\$&");
}
