import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { answerTo, canAsk } from "./answer-to.ts";

/**
 * Asks for the code that a profile with `mfa_serial` needs, as the AWS CLI does.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
 * @throws CliError if there is no terminal to ask on, or no answer
 */
export async function mfaCode(serial: string): Promise<string> {
  const device = safe(serial, 200);
  if (!canAsk()) {
    throw new CliError(
      `the profile needs a code of the MFA device ${device}, and there is no terminal to ask on: run this in a terminal, or set the credentials of a session (\`aws configure export-credentials --format env\`)`,
      { code: "mfa" },
    );
  }
  const code = await answerTo(`Code of the MFA device ${device}: `);
  if (!/^\d{6}$/.test(code)) {
    throw new CliError(`nothing was done: the code of the MFA device ${device} has six digits`, { code: "mfa" });
  }
  return code;
}
