import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { isListedFor } from '../../pvesm/show.ts';
import { contentOf, usableStorage } from '../../storage/config.ts';
import { listVolumes } from '../../storage/volumes.ts';
import { nodeOf } from '../local-node.ts';
import { maySeeVolume } from './visible.ts';

/** What a storage holds, as far as the caller may see it. */
export function listContent(parameters: Parameters, caller: Caller): readonly object[] {
  nodeOf(parameters);
  const storage = usableStorage(given(parameters, 'storage'));
  const wanted = parameters.get('content');
  const vmid = parameters.get('vmid');
  return listVolumes(storage)
    .filter(({ content }) => contentOf(storage).includes(content) && (wanted ?? content) === content)
    .filter(volume => vmid === undefined || isListedFor(volume, Number(vmid)))
    .filter(({ name }) => maySeeVolume(caller, `${storage.id}:${name}`))
    .map(({ name, content, format, size, used, created, base, vmid: owner }) => ({
      volid: `${storage.id}:${name}`,
      content,
      format,
      size,
      ctime: created,
      ...(content === 'images'
        ? { used, parent: base === undefined ? null : `../${base}`, vmid: owner }
        : {}),
    }));
}
