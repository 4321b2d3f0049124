/**
 * The queues' `maxReceiveCount`: SQS moves a message that was received this often to the
 * dead-letter queue without a cause. The functions give a message up at its last receive instead,
 * and say why. Throttled invocations count too.
 */
export const MAX_RECEIVES = 12;
