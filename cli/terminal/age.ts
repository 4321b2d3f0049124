/** How long ago something was, as people say it. */
export function age(since: string, now: number): string {
  return span(Math.max(0, Math.round((now - Date.parse(since)) / 1000)));
}

/** Seconds as people say them: `40 s`, `12 min`, `3 h`, `2 d`. */
export function span(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
