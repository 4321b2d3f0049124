import type { Permission } from "#aws/permission";

/**
 * sqs/: messages to our own queues. The function itself calls the last two statements: queue.ts.
 * @param taken - the queues that invoke it
 * @param sent - those and all others that it sends to, dead-letter queues included
 */
export function queuePermissions(taken: readonly string[], sent: readonly string[]): Permission[] {
  return [
    { sid: "TakeMessages", actions: POLLER_ACTIONS, resources: taken },
    { sid: "ComeBackSooner", actions: ["sqs:ChangeMessageVisibility"], resources: taken },
    { sid: "LookAgainAndBury", actions: ["sqs:SendMessage"], resources: sent },
  ];
}

/** Asking how much waits in a queue that it sends to: count-messages.ts. */
export function countPermissions(queueArn: string): Permission[] {
  return [{ sid: "SeeWhatWaits", actions: ["sqs:GetQueueAttributes"], resources: [queueArn] }];
}

/** Having the buckets looked at that a change of policy concerns: queue.ts. */
export function startPermissions(sweepQueueArn: string): Permission[] {
  return [{ sid: "StartARun", actions: ["sqs:SendMessage"], resources: [sweepQueueArn] }];
}

/** What a schedule sends, and what it could not deliver. */
export function schedulePermissions(queueArn: string, undeliveredArn: string): Permission[] {
  return [{ sid: "SendOnTime", actions: ["sqs:SendMessage"], resources: [queueArn, undeliveredArn] }];
}

/** What Lambda's own pollers call with a function's role; our code does not. */
export const POLLER_ACTIONS: readonly string[] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/**
 * Reading dead-lettered messages, dropping them, and moving them back to the queues they were
 * sent to: dead-letters.ts.
 */
export function redrivePermissions(fromArns: readonly string[], toArns: readonly string[]): Permission[] {
  return [
    { sid: "TakeDeadLetters", actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage"], resources: fromArns },
    { sid: "PutThemBack", actions: ["sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"], resources: fromArns },
    { sid: "SendThemAgain", actions: ["sqs:SendMessage"], resources: toArns },
  ];
}
