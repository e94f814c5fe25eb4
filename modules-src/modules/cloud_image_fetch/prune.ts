import type { Prunable } from '../../node/images/prunable.ts';
import type { Step } from '../../sdk/step.ts';

/** Removes the file first: a side file alone is found and removed by the next run. */
export const pruneSteps = (prunable: readonly Prunable[]): readonly Step[] =>
  prunable.flatMap(({ path, sideFile, days }) => [
    {
      summary: `remove ${path}, which no VM uses and which is ${days} days old`,
      action: { kind: 'remove-file', path },
      changes: [{ key: path, before: `${days} days old`, after: undefined }],
    },
    { summary: `remove its note ${sideFile}`, action: { kind: 'remove-file', path: sideFile } },
  ]);
