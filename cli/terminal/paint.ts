export type Colour = "red" | "green" | "yellow" | "cyan" | "dim" | "bold";

/** Wraps the text in ECMA-48 SGR escape codes; Node 20.0 has no `util.styleText` yet. */
export function paint(colour: Colour, text: string): string {
  const [on, off] = codes[colour];
  return `\u001B[${on}m${text}\u001B[${off}m`;
}

// --- internal ---

const codes: Readonly<Record<Colour, readonly [number, number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  dim: [2, 22],
  bold: [1, 22],
};
