/**
 * sts/: who is calling, and the stage's roles. assume-role.ts is called by people with their own
 * rights, and no role of ours has them; caller-identity.ts needs none.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const PEOPLE_ACTIONS: readonly string[] = ["sts:AssumeRole"];
