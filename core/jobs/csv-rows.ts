/**
 * The rows of a text in CSV (RFC 4180) that comes in parts: fields in quotes may hold commas, line
 * breaks and doubled quotes.
 */
export async function* csvRows(parts: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let row: string[] = [];
  let field = "";
  let [isQuoted, isClosing] = [false, false];
  for await (const part of parts) {
    for (const character of part) {
      if (isQuoted && !isClosing) {
        if (character === QUOTE) isClosing = true;
        else field += character;
      } else if (isClosing && character === QUOTE) {
        field += QUOTE;
        isClosing = false;
      } else if (character === QUOTE && field === "") {
        isQuoted = true;
      } else if (character === "," || character === "\n") {
        row.push(field);
        [field, isQuoted, isClosing] = ["", false, false];
        if (character === ",") continue;
        yield row;
        row = [];
      } else if (character !== "\r") field += character;
    }
  }
  if (row.length > 0 || field !== "") yield [...row, field];
}

// --- internal ---

const QUOTE = '"';
