/** Work on many things at the same time, but not on all. */

/** Most that are worked on at once: enough to hide the time that calls take, few enough to stay below the services' rates. */
const atOnce = 10;

/**
 * Works on each of `items`, ten at once, and answers in their order.
 *
 * @throws the first error, when nothing is under way any more; what was not begun by then is not
 */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const errors: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && errors.length === 0) {
      const index = next++;
      try {
        results[index] = await work(items[index]);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  if (errors.length > 0) throw errors[0];
  return results;
}
