import type { Readings } from '../../sdk/cluster.ts';
import { StepError } from '../../sdk/step-error.ts';
import type { ClusterAction } from '../../sdk/step.ts';

export const writesSnippets = (): Readings['writesSnippets'] => () => Promise.resolve(false);

/** The API lists snippets and shows none. */
const none = (): Readings['readSnippets'] => () => Promise.resolve(new Map());

export const readSnippets = none;
export const readOwnSnippets = none;

/** Nor does it show what a drive holds. */
export const readCloudInitDrive = (): Readings['readCloudInitDrive'] => () => Promise.resolve(undefined);

/** Refused before anything is done (`../refusal.ts`). */
const cannot =
  (kind: 'put-snippet' | 'remove-snippet') =>
  (_: unknown, action: ClusterAction): Promise<void> | undefined =>
    action.kind === kind
      ? Promise.reject(new StepError(`the API cannot do this (${kind}); go by SSH`, false))
      : undefined;

export const putSnippet = cannot('put-snippet');
export const removeSnippet = cannot('remove-snippet');
