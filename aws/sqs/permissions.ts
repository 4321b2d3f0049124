import type { Permission } from "#aws/permission";

/**
 * sqs/: messages to our own queues. The function itself calls the last two statements: queue.ts.
 */
export function queuePermissions(queueArn: string, deadLetterQueueArn: string): Permission[] {
  return [
    { sid: "TakeMessages", actions: POLLER_ACTIONS, resources: [queueArn] },
    { sid: "ComeBackSooner", actions: ["sqs:ChangeMessageVisibility"], resources: [queueArn] },
    { sid: "LookAgainAndBury", actions: ["sqs:SendMessage"], resources: [queueArn, deadLetterQueueArn] },
  ];
}

/** What Lambda's own pollers call with a function's role; our code does not. */
export const POLLER_ACTIONS: readonly string[] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/**
 * Reading dead-lettered messages, dropping them, and moving them back to the queue they were sent
 * to: dead-letters.ts.
 */
export function redrivePermissions(fromArns: readonly string[], toArn: string): Permission[] {
  return [
    { sid: "TakeDeadLetters", actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage"], resources: fromArns },
    { sid: "PutThemBack", actions: ["sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"], resources: fromArns },
    { sid: "SendThemAgain", actions: ["sqs:SendMessage"], resources: [toArn] },
  ];
}
