/**
 * Settings of every AWS client of a function. A call that hangs times out and is retried well
 * inside the function's own time limit; by default the SDK waits forever. Milliseconds.
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-maxsockets.html
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};
