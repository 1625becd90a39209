/** Work on many things with few at a time. */

/** Calls of a function that are under way at a time: enough to hide the time that they take, few enough for the services' rates. */
export const CALLS_AT_ONCE = 10;

/**
 * Does `work` for each item, at most `count` at a time, begun in their order. Answers in their order. After an error nothing else
 * is begun; what is under way ends before it is thrown. Of several errors it is that of the first item, so it does not depend on time.
 */
export async function atMost<T, R>(
  count: number,
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const errors = new Map<number, unknown>();
  const worker = async (): Promise<void> => {
    while (next < items.length && errors.size === 0) {
      const index = next++;
      try {
        results[index] = await work(items[index] as T, index);
      } catch (error) {
        errors.set(index, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, items.length) }, worker));
  if (errors.size > 0) throw errors.get(Math.min(...errors.keys()));
  return results;
}
