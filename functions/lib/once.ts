/** Asks once for each name and remembers the answer for as long as the function that is answered lives; a failure is asked again. */
export function once<T>(): (name: string, ask: () => Promise<T>) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (name, ask) => {
    const known = answers.get(name);
    if (known !== undefined) return known;
    const answer = ask();
    answers.set(name, answer);
    answer.catch(() => answers.delete(name));
    return answer;
  };
}
