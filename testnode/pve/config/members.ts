import { readClusterFile } from './cluster.ts';

interface Members {
  readonly nodelist?: Readonly<Record<string, { readonly online: number }>>;
}

/** Whether a node of the cluster is up, as its file system tells all others. */
export function isOnline(node: string): boolean {
  // Written by the host of the nodes, see host/cluster-files.ts.
  const { nodelist } = JSON.parse(readClusterFile('.members') ?? '{}') as Members;
  return nodelist?.[node]?.online !== 0;
}
