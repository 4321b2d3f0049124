/**
 * Whether a host name is one of AWS's own, VPC endpoints and other partitions included.
 * https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
export function isAwsHost(hostname: string): boolean {
  return SUFFIXES.some((suffix) => hostname.toLowerCase().endsWith(suffix));
}

// --- internal ---

const SUFFIXES: readonly string[] = [
  ".amazonaws.com",
  ".amazonaws.com.cn",
  ".amazonaws.eu",
  ".api.aws",
  ".api.amazonwebservices.com.cn",
  ".c2s.ic.gov",
  ".sc2s.sgov.gov",
  ".csp.hci.ic.gov",
  ".cloud.adc-e.uk",
];
