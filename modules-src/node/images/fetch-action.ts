import type { ClusterAction } from '../../sdk/step.ts';

/** Loaded when there is something to fetch: Node's HTTP and TLS cost 30 ms of start-up. */
export const fetchImage = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'fetch-image' ? import('./fetch-image.ts').then(one => one.fetchImage(action)) : undefined;
