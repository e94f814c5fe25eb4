import type { ClusterAction } from './step.ts';

/**
 * Proxmox VE as the engine needs it: what may be done to it, whichever way it is reached. One that cannot do an operation
 * refuses it before anything is changed.
 */
export interface Door {
  /** Throws a StepError where the operation did not do what it should. */
  readonly perform: (action: ClusterAction) => Promise<void>;
  /** The operation as a person would type it, secrets left out; undefined where no one command does it. */
  readonly show: (action: ClusterAction) => string | undefined;
  /** Does some work while no other run of ours works on what has these names. */
  readonly alone: <T>(names: readonly string[], work: () => Promise<T>) => Promise<T>;
  /** Operations that gain something from running at once; more only slow each other down. */
  readonly parallel: number;
}
