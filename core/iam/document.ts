import { readStatement, type Statement } from "./statement.ts";

/** A policy document: of a bucket, a key, a user or role, or of an organization. */
export interface PolicyDocument {
  readonly statements: readonly Statement[];
}

/**
 * Reads a policy document's text. It never fails: what cannot be read becomes a statement that is
 * unknown for every request, since a policy that we do not understand still binds.
 */
export function readDocument(text: string): PolicyDocument {
  const document = parsed(text);
  if (typeof document !== "object" || document === null || !("Statement" in document)) return UNREADABLE;
  const { Statement: given } = document;
  const hasVariables = "Version" in document && document.Version === "2012-10-17";
  const statements = (Array.isArray(given) ? given : [given]) as readonly unknown[];
  return { statements: statements.map((each, at) => readStatement(each, at + 1, hasVariables)) };
}

// --- internal ---

const UNREADABLE: PolicyDocument = { statements: [readStatement(null, 1, false)] };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
