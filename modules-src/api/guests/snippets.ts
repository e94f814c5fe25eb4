import type { Readings } from '../../sdk/cluster.ts';
import { StepError } from '../../sdk/step-error.ts';
import type { ClusterAction } from '../../sdk/step.ts';

/** The API lists snippets and shows none. */
const none = (): Readings['readSnippets'] => () => Promise.resolve(new Map());

export const readSnippets = none;
export const readOwnSnippets = none;

/** Nor does it show what a drive holds. */
export const readCloudInitDrive = (): Readings['readCloudInitDrive'] => () => Promise.resolve(undefined);

const cannot = (what: string): Promise<void> =>
  Promise.reject(new StepError(`the API cannot ${what}; go by SSH`, false));

export const putSnippet = (_: unknown, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'put-snippet' ? cannot(`write the snippet ${action.volume}`) : undefined;

export const removeSnippet = (_: unknown, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'remove-snippet' ? cannot(`remove the snippet ${action.volume}`) : undefined;
