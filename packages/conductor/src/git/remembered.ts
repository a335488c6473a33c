/** Remembers what can be asked again and never changes. */

/** The same question has the same answer and is asked once; at most `most` answers are kept, the newest. A failure is no answer. */
export function remembered<T>(
  most: number,
  find: (question: string) => Promise<T>,
  worthKeeping: (answer: T) => boolean = () => true,
): (question: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (question) => {
    const there = known.get(question);
    if (there !== undefined) return there;
    const found = find(question);
    known.set(question, found);
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
    found.then(
      (answer) => worthKeeping(answer) || known.delete(question),
      () => known.delete(question),
    );
    return found;
  };
}
