/** A message's body as JSON, or as the text it is. */
export function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
