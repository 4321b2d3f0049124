import type { CommandDef } from "citty";

/** The group of commands about integrity alarms. */
export const alarm: CommandDef = {
  meta: { name: "alarm", description: "Lists and clears the integrity alarms that stop writes to a bucket's objects." },
  subCommands: {
    list: () => import("./alarm-list.ts").then((file) => file.alarmList),
    clear: () => import("./alarm-clear.ts").then((file) => file.alarmClear),
  },
};
