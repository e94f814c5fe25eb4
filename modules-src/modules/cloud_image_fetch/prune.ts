import type { Prunable } from '../../node/images/prunable.ts';
import type { Step } from '../../sdk/step.ts';

/** What is judged once more when its turn comes: another run may want it by then. */
export const pruneSteps = (prunable: readonly Prunable[], limit: number): readonly Step[] =>
  prunable.map(({ path, days }) => ({
    summary: `remove ${path}, which no VM uses and which is ${days} days old`,
    action: { kind: 'remove-image', path, days: limit },
    changes: [{ key: path, before: `${days} days old`, after: undefined }],
  }));
