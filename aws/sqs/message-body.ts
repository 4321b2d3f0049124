/**
 * A message as JSON that SQS takes. SQS refuses the two characters that XML 1.0 lacks and JSON
 * leaves as they are; an object's key may have them.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function messageBody(message: unknown): string {
  return JSON.stringify(message).replace(REFUSED, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

// --- internal ---

const REFUSED = /[\ufffe\uffff]/g;
