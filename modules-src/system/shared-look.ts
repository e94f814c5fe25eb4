/**
 * One look for all who ask for it before it begins. Who asks while one goes on gets the next: nobody is told what was true
 * before he asked.
 */
export function sharedLook<T>(look: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= last.then(() => {
      next = undefined;
      const now = look();
      last = now.catch(() => undefined);
      return now;
    });
    return next;
  };
}
