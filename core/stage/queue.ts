/**
 * The queues' `maxReceiveCount`: SQS moves a message that was received this often to the
 * dead-letter queue without a cause. The functions give a message up at its last receive instead,
 * and say why. Throttled invocations count too.
 */
export const MAX_RECEIVES = 12;

/**
 * How often Bucketseal sends one piece of work to itself. Lambda's own detection of loops, which
 * would drop messages after about 16, is off for the functions that do so; this limit stands in its
 * place, and what reaches it goes to the dead-letter queue with its cause.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
export const MAX_HOPS = 10;
