/**
 * For every AWS client of a function: a call that hangs is given up and tried again well inside the function's time limit, since the SDK
 * by itself waits for ever. Milliseconds.
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-maxsockets.html
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};
