import {
  type BegunUpload,
  forgetUpload,
  leaveUpload,
  noteUpload,
  readBegunUpload,
  takeUploadTurn,
} from "#aws/ledger/upload-marks";
import type { Table } from "#aws/table";
import type { ObjectRef } from "#core/names";

/** Turns at objects that are copied in parts: one at a time; the next goes on with the upload. */
export interface UploadTurns {
  /** The upload that was begun, if one was; `taken`: somebody else is at work. */
  readonly take: (object: ObjectRef) => Promise<BegunUpload | "none" | "taken">;
  /** The upload that was begun, whoever's turn it is. */
  readonly begun: (object: ObjectRef) => Promise<string | null>;
  readonly note: (object: ObjectRef, upload: BegunUpload) => Promise<void>;
  readonly leave: (object: ObjectRef) => Promise<void>;
  readonly forget: (object: ObjectRef) => Promise<void>;
}

/** Turns that the ledger remembers. One that was not ended ends by itself, at `until`. */
export function ledgerTurns(
  ledger: Table,
  turn: { readonly holder: string; readonly until: number },
  now: () => number,
): UploadTurns {
  const { holder } = turn;
  return {
    take: (object) => takeUploadTurn(ledger, object, turn, now()),
    begun: (object) => readBegunUpload(ledger, object),
    note: (object, upload) => noteUpload(ledger, object, holder, upload),
    leave: (object) => leaveUpload(ledger, object, holder),
    forget: (object) => forgetUpload(ledger, object, holder),
  };
}

/** Turns of one process, which finishes or aborts what it begins. */
export function turnsHere(): UploadTurns {
  const begun = new Map<string, BegunUpload>();
  const busy = new Set<string>();
  const leave = async (object: ObjectRef) => void busy.delete(nameOf(object));
  return {
    take: async (object) => {
      const name = nameOf(object);
      if (busy.has(name)) return "taken";
      busy.add(name);
      return begun.get(name) ?? "none";
    },
    begun: async (object) => begun.get(nameOf(object))?.uploadId ?? null,
    note: async (object, upload) => void begun.set(nameOf(object), upload),
    leave,
    forget: async (object) => {
      begun.delete(nameOf(object));
      await leave(object);
    },
  };
}

// --- internal ---

function nameOf({ bucket: { account, region, bucket }, key }: ObjectRef): string {
  return JSON.stringify([account, region, bucket, key]);
}
