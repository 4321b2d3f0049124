import type { CommandDef } from "citty";

/** The command tree. A command's file is loaded when it is called. */
export const root: CommandDef = {
  meta: {
    name: "bucketseal",
    description: "Keeps every S3 bucket encrypted the way its owners declared.",
  },
  subCommands: {
    check: () => import("./commands/check.ts").then((file) => file.check),
    plan: () => import("./commands/plan.ts").then((file) => file.plan),
    apply: () => import("./commands/apply.ts").then((file) => file.apply),
    explain: () => import("./commands/explain.ts").then((file) => file.explain),
    push: () => import("./commands/push.ts").then((file) => file.push),
    policy: {
      meta: { name: "policy", description: "Shows, lists and rolls back pushed policies; accepts a changed key." },
      subCommands: {
        show: () => import("./commands/policy-show.ts").then((file) => file.policyShow),
        versions: () => import("./commands/policy-versions.ts").then((file) => file.policyVersions),
        rollback: () => import("./commands/policy-rollback.ts").then((file) => file.policyRollback),
        "accept-key": () => import("./commands/policy-accept-key.ts").then((file) => file.policyAcceptKey),
      },
    },
    alarm: {
      meta: {
        name: "alarm",
        description: "Lists and clears the integrity alarms that stop writes to a bucket's objects.",
      },
      subCommands: {
        list: () => import("./commands/alarm-list.ts").then((file) => file.alarmList),
        clear: () => import("./commands/alarm-clear.ts").then((file) => file.alarmClear),
      },
    },
    "dead-letters": {
      meta: {
        name: "dead-letters",
        description: "Lists, shows, sends back and drops messages that could not be processed or delivered.",
      },
      subCommands: {
        list: () => import("./commands/dead-letters-list.ts").then((file) => file.deadLettersList),
        show: () => import("./commands/dead-letters-show.ts").then((file) => file.deadLettersShow),
        redrive: () => import("./commands/dead-letters-redrive.ts").then((file) => file.deadLettersRedrive),
        drop: () => import("./commands/dead-letters-drop.ts").then((file) => file.deadLettersDrop),
      },
    },
    org: {
      meta: { name: "org", description: "The organization of a hub: its members, and how they are enrolled." },
      subCommands: {
        template: () => import("./commands/org-template.ts").then((file) => file.orgTemplate),
        rollout: () => import("./commands/org-rollout.ts").then((file) => file.orgRollout),
        status: () => import("./commands/org-status.ts").then((file) => file.orgStatus),
      },
    },
    backfill: () =>
      import("./commands/backfill.ts").then((file) => ({
        ...file.backfill,
        subCommands: {
          status: () => import("./commands/backfill-status.ts").then((each) => each.backfillStatus),
          pause: () => import("./commands/backfill-pause.ts").then((each) => each.backfillPause),
          resume: () => import("./commands/backfill-resume.ts").then((each) => each.backfillResume),
          cancel: () => import("./commands/backfill-cancel.ts").then((each) => each.backfillCancel),
        },
      })),
    sweep: () => import("./commands/sweep.ts").then((file) => file.sweep),
    doctor: () => import("./commands/doctor.ts").then((file) => file.doctor),
    status: () => import("./commands/status.ts").then((file) => file.status),
    history: () => import("./commands/history.ts").then((file) => file.history),
    drift: () => import("./commands/drift.ts").then((file) => file.drift),
    rollback: () => import("./commands/rollback.ts").then((file) => file.rollback),
    pause: () => import("./commands/pause.ts").then((file) => file.pause),
    resume: () => import("./commands/resume.ts").then((file) => file.resume),
  },
};
