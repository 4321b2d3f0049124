/**
 * Something that keeps a deployment from happening; the message is one sentence that says what and
 * how to fix it.
 */
export class DeployError extends Error {
  override readonly name = "DeployError";
}
