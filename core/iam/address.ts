import { type Truth, truthOf } from "./truth.ts";

/**
 * Whether an IP address is in a CIDR block, or is the address that stands in its place; unknown if
 * either is no address.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
 */
export function isInBlock(address: string, block: string): Truth {
  const [base = "", length] = block.split("/");
  const at = parseAddress(address);
  const from = parseAddress(base);
  if (at === null || from === null) return "unknown";
  const fixed = length === undefined ? from.width : Number(/^\d{1,3}$/.test(length) ? length : Number.NaN);
  if (!(fixed <= from.width)) return "unknown";
  const shift = BigInt(from.width - fixed);
  return truthOf(at.width === from.width && at.bits >> shift === from.bits >> shift);
}

// --- internal ---

interface Address {
  readonly bits: bigint;
  /** 32 or 128. */
  readonly width: number;
}

function parseAddress(text: string): Address | null {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Address | null {
  const bytes = text.split(".");
  if (bytes.length !== 4 || !bytes.every((each) => /^\d{1,3}$/.test(each) && Number(each) < 256)) return null;
  return { bits: bytes.reduce((bits, each) => (bits << 8n) | BigInt(each), 0n), width: 32 };
}

/** Eight groups; one `::` stands for the groups of zeros that are missing. */
function parseIpv6(text: string): Address | null {
  const [head = "", tail, ...more] = text.split("::");
  const before = groupsOf(head);
  const after = groupsOf(tail ?? "");
  const missing = 8 - before.length - after.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return null;
  const groups = [...before, ...Array.from({ length: missing }, () => "0"), ...after];
  if (!groups.every((each) => /^[0-9a-f]{1,4}$/i.test(each))) return null;
  return { bits: groups.reduce((bits, each) => (bits << 16n) | BigInt(`0x${each}`), 0n), width: 128 };
}

function groupsOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}
