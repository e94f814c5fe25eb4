import type { Parameters } from '../cli/command.ts';
import { given } from '../cli/command.ts';
import { clusterNodes, localNode } from '../config/cluster.ts';
import { PveFailure } from '../runtime/failure.ts';

const NAME_RESOLUTION_FAILED = 11;

/** The node of a path; one that is not in the cluster cannot be asked. */
export function nodeOf(parameters: Parameters): string {
  const node = given(parameters, 'node');
  if (node === 'localhost') return localNode();
  if (clusterNodes().includes(node)) return node;
  const cause = /^[\w-]+$/.test(node) ? 'Temporary failure in name resolution' : 'Name or service not known';
  const reason = `failed to get address info for: ${node}: ${cause}`;
  throw new PveFailure(`hostname lookup '${node}' failed - ${reason}`, NAME_RESOLUTION_FAILED);
}
