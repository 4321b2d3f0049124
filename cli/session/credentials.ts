import { fromIni, fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { mfaCode } from "../terminal/mfa-code.ts";

/**
 * --profile overrides keys in the environment, as in the AWS CLI; the SDK would warn about both.
 */
export function useProfile(profile: string): void {
  process.env.AWS_PROFILE = profile;
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]) delete process.env[name];
}

/**
 * The credentials of a profile, or those of the environment; their error says what is wrong with
 * the profile.
 */
export function credentialsOf(args: {
  readonly profile?: string | undefined;
}): ReturnType<typeof fromNodeProviderChain> {
  const profile = args.profile || process.env.AWS_PROFILE;
  if (!profile) return fromNodeProviderChain();
  const chain = fromNodeProviderChain({ profile, mfaCodeProvider: mfaCode });
  return async (options) => {
    try {
      return await chain(options);
    } catch (error) {
      if (error instanceof CliError) throw error;
      const cause = await causeOf(profile, error);
      const config = safe(process.env.AWS_CONFIG_FILE || "~/.aws/config");
      const why = cause instanceof Error ? safe(cause.message, 300) : "no reason given";
      const message = `profile "${safe(profile)}" provides no credentials: check ${config}, or sign in again with \`aws sso login\` (${why})`;
      throw new CliError(message, { code: "CredentialsProviderError", cause });
    }
  };
}

// --- internal ---

/**
 * The chain of providers keeps no cause of its first one, such as a program's: that is asked again.
 */
async function causeOf(profile: string, error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || error.name !== "CredentialsProviderError") return error;
  return fromIni({ profile })().then(
    () => error,
    (cause: unknown) => cause,
  );
}
