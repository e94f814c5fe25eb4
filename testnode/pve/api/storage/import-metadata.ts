import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { PveFailure } from '../../runtime/failure.ts';
import { usableStorage } from '../../storage/config.ts';
import { backendOf } from '../../storage/volumes.ts';
import { nodeOf } from '../local-node.ts';

/** Refuses what is no appliance: only those have metadata. */
export function importMetadata(parameters: Parameters): never {
  nodeOf(parameters);
  const volume = given(parameters, 'volume');
  const { format } = backendOf(usableStorage(given(parameters, 'storage'))).parse(volume);
  throw new PveFailure(`cannot read metadata of format '${format}'`);
}
