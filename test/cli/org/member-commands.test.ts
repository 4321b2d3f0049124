import { expect, test } from "vitest";
import { resolveCommand } from "../../../cli/line/resolve-command.ts";
import { root } from "../../../cli/root.ts";
import { commandsOf, memberAdvice } from "../../support/core/member-advice.ts";

/** What alerts advise about members' buckets is typed in as it stands. */
const commands = new Set(commandsOf(memberAdvice()).map(([command]) => command));

test.each([...commands])("is a command line that exists: %s", async (command) => {
  await expect(resolveCommand(root, command.split(" ").slice(1))).resolves.toMatchObject({ help: false });
});
