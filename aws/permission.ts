/** One statement of a role's policy. No role has rights beyond its statements. */
export interface Permission {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * The values of `kms:ViaService` that stand for a service in a Region. China's documentation writes
 * service names with its own domain, and AWS does not say which one KMS sees there: both are
 * allowed.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 * https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-arns.html
 */
export function viaService(service: string, region: string): string | readonly string[] {
  const name = `${service}.${region}.amazonaws.com`;
  return region.startsWith("cn-") ? [name, `${name}.cn`] : name;
}

/** Where a role works: what the ARNs of its resources begin with. */
export interface Scope {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}
