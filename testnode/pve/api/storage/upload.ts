import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { assertNameFits, storedName } from '../../images/names.ts';
import { PveFailure } from '../../runtime/failure.ts';
import { contentOf, usableStorage } from '../../storage/config.ts';
import { volumePath } from '../../storage/volumes.ts';
import { runTask } from '../../tasks/start.ts';
import { nodeOf } from '../local-node.ts';

/** Takes a file that pveproxy has received into a storage and answers the task. */
export async function takeUpload(parameters: Parameters): Promise<string> {
  nodeOf(parameters);
  const [id, content] = [given(parameters, 'storage'), given(parameters, 'content')];
  const source = parameters.get('tmpfilename');
  if (source === undefined) throw new PveFailure('no upload file');
  const name = storedName(given(parameters, 'filename'));
  const storage = usableStorage(id);
  if (!contentOf(storage).includes(content))
    throw new PveFailure(`storage '${id}' does not support '${content}' content`);
  assertNameFits(content, name);
  const payload = {
    source,
    target: volumePath(`${id}:${content}/${name}`),
    content,
    checksum: parameters.get('checksum') ?? '',
    'checksum-algorithm': parameters.get('checksum-algorithm') ?? '',
  };
  return (await runTask({ kind: 'imgcopy', id: '', payload })).upid;
}
