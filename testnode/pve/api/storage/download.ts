import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { assertNameFits, storedName } from '../../images/names.ts';
import { urlMetadata } from '../../images/url-metadata.ts';
import { PveFailure } from '../../runtime/failure.ts';
import { contentOf, usableStorage } from '../../storage/config.ts';
import { volumePath } from '../../storage/volumes.ts';
import { runTask } from '../../tasks/start.ts';
import { nodeOf } from '../local-node.ts';

/** Lets the node fetch a file into a storage and answers the task. */
export async function downloadUrl(parameters: Parameters): Promise<string> {
  nodeOf(parameters);
  const [id, content] = [given(parameters, 'storage'), given(parameters, 'content')];
  const storage = usableStorage(id);
  if (!contentOf(storage).includes(content))
    throw new PveFailure(`storage '${id}' is not configured for content-type '${content}'`);
  const name = storedName(given(parameters, 'filename'));
  assertNameFits(content, name);
  const payload = {
    url: given(parameters, 'url'),
    target: volumePath(`${id}:${content}/${name}`),
    content,
    compression: parameters.get('compression') ?? '',
    checksum: parameters.get('checksum') ?? '',
    'checksum-algorithm': parameters.get('checksum-algorithm') ?? '',
    isUnverified: parameters.get('verify-certificates') === '0',
  };
  return (await runTask({ kind: 'download', id: name, payload })).upid;
}

/** Size, name and type of what is behind a URL, as the node sees it. */
export function queryUrl(parameters: Parameters): Promise<object> {
  nodeOf(parameters);
  return urlMetadata(given(parameters, 'url'), parameters.get('verify-certificates') !== '0');
}
