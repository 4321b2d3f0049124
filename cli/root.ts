import type { CommandDef } from "citty";
import { alarm } from "./alarm.ts";
import { policy } from "./policy.ts";

/** The command tree; every file is loaded when its command is called. */
export const root: CommandDef = {
  meta: {
    name: "bucketseal",
    description: "Keeps every S3 bucket encrypted the way its owners declared.",
  },
  subCommands: {
    check: () => import("./check.ts").then((file) => file.check),
    plan: () => import("./plan.ts").then((file) => file.plan),
    apply: () => import("./apply.ts").then((file) => file.apply),
    explain: () => import("./explain.ts").then((file) => file.explain),
    push: () => import("./push.ts").then((file) => file.push),
    policy,
    alarm,
    status: () => import("./status.ts").then((file) => file.status),
    pause: () => import("./pause.ts").then((file) => file.pause),
    resume: () => import("./resume.ts").then((file) => file.resume),
  },
};
