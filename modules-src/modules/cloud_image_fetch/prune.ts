import type { UnusedImage } from '../../sdk/image.ts';
import type { Step } from '../../sdk/step.ts';

/** What is judged once more when its turn comes: another run may want it by then. */
export const pruneSteps = (unused: readonly UnusedImage[], limit: number): readonly Step[] =>
  unused.map(({ path, days }) => ({
    summary: `remove ${path}, which no VM uses and which is ${days} days old`,
    action: { kind: 'remove-image', path, days: limit },
    changes: [{ key: path, before: `${days} days old`, after: undefined }],
  }));
