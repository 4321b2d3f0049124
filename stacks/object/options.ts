/** A deployer's options about objects, read from environment variables of `sst deploy`. */
export interface ObjectOptions {
  /**
   * Makes the rules that bring object events. Without them no object is looked at, and none costs
   * money.
   */
  readonly objects: boolean;
  /** Grants the rights to copy objects onto themselves, for rules that say `copy: true`. */
  readonly copy: boolean;
  /**
   * Grants the rights to copy objects of more bytes than this in parts, for rules that say
   * `copyLarge: true`; absent: none.
   */
  readonly copyLargeAbove?: number;
  /** `create`: this stack creates a trail of data events of all buckets but `dataTrailExcept`. */
  readonly dataTrail: "existing" | "create";
  /** Names of buckets that the created trail leaves out. */
  readonly dataTrailExcept: readonly string[];
  /** Length of a bucket's window in seconds: its findings are counted until the alert is sent. */
  readonly windowSeconds: number;
  /**
   * Lets UpdateObjectEncryption go to a store outside AWS. The store must know the call: others
   * replace the object's bytes.
   */
  readonly updateOutsideAws: boolean;
  /**
   * Grants the bucket function the right to switch on a bucket's events to EventBridge, for rules
   * that say `manageNotifications: true`.
   */
  readonly manageNotifications: boolean;
}

/**
 * Reads the options about objects.
 * @throws Error with one sentence that says what is wrong with which variable.
 */
export function objectOptions(environment: Readonly<Record<string, string | undefined>>): ObjectOptions {
  const dataTrail = environment.BUCKETSEAL_DATA_TRAIL ?? "existing";
  if (dataTrail !== "existing" && dataTrail !== "create") {
    throw new Error(`BUCKETSEAL_DATA_TRAIL is "${dataTrail}"; expected existing (the default) or create`);
  }
  const windowSeconds = Number(environment.BUCKETSEAL_OBJECT_WINDOW ?? "60");
  if (!Number.isInteger(windowSeconds) || windowSeconds < 5 || windowSeconds > 600) {
    throw new Error(`BUCKETSEAL_OBJECT_WINDOW is "${environment.BUCKETSEAL_OBJECT_WINDOW}"; expected 5 to 600 seconds`);
  }
  const asking = [
    ...["BUCKETSEAL_COPY", "BUCKETSEAL_MANAGE_NOTIFICATIONS"].filter((name) => environment[name] === "on"),
    ...(dataTrail === "create" ? ["BUCKETSEAL_DATA_TRAIL"] : []),
  ];
  const objects =
    environment.BUCKETSEAL_OBJECTS === undefined ? asking.length > 0 : isOn(environment, "BUCKETSEAL_OBJECTS");
  if (!objects && asking.length > 0) {
    throw new Error(`BUCKETSEAL_OBJECTS is off, and ${asking.join(", ")} asks for objects: turn both on, or neither`);
  }
  const copy = isOn(environment, "BUCKETSEAL_COPY");
  const copyLargeAbove = largeAbove(environment.BUCKETSEAL_COPY_LARGE ?? "off");
  if (copyLargeAbove !== null && !copy) {
    throw new Error("BUCKETSEAL_COPY_LARGE is on, and BUCKETSEAL_COPY is off: turn both on, or neither");
  }
  return {
    objects,
    copy,
    ...(copyLargeAbove === null ? {} : { copyLargeAbove }),
    dataTrail,
    dataTrailExcept: names(environment.BUCKETSEAL_DATA_TRAIL_EXCEPT ?? ""),
    windowSeconds,
    updateOutsideAws: isOn(environment, "BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION"),
    manageNotifications: isOn(environment, "BUCKETSEAL_MANAGE_NOTIFICATIONS"),
  };
}

// --- internal ---

function isOn(environment: Readonly<Record<string, string | undefined>>, name: string): boolean {
  const value = environment[name] ?? "off";
  if (value !== "on" && value !== "off") throw new Error(`${name} is "${value}"; expected off (the default) or on`);
  return value === "on";
}

/** Bytes: what one CopyObject takes, and the smallest part of an upload. */
const LARGEST_COPY = 5 * 1024 ** 3;
const SMALLEST_PART = 5 * 1024 ** 2;

function largeAbove(value: string): number | null {
  if (value === "off") return null;
  const bytes = value === "on" ? LARGEST_COPY : Number(value);
  if (Number.isInteger(bytes) && bytes >= SMALLEST_PART && bytes <= LARGEST_COPY) return bytes;
  throw new Error(
    `BUCKETSEAL_COPY_LARGE is "${value}"; expected off (the default), on, or a number of bytes from ${SMALLEST_PART} to ${LARGEST_COPY}`,
  );
}

/** Advanced event selectors take 500 values in all; some are for our own buckets and the calls. */
const MAX_EXCEPTED = 480;

function names(list: string): string[] {
  if (list === "none") return [];
  const found = list.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
  const wrong = found.find((name) => !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name));
  if (wrong !== undefined) throw new Error(`BUCKETSEAL_DATA_TRAIL_EXCEPT names "${wrong}", which is not a bucket name`);
  if (found.length > MAX_EXCEPTED) {
    throw new Error(
      `BUCKETSEAL_DATA_TRAIL_EXCEPT names ${found.length} buckets; CloudTrail takes ${MAX_EXCEPTED} here`,
    );
  }
  return found;
}
