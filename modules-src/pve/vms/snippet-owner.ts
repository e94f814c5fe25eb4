import type { SnippetOwner } from '../text/cloud-init-volumes.ts';
import { parseProperties } from '../text/property-string.ts';
import type { VmRecord } from './guest.ts';
import { readMarker } from './marker.ts';

/** Whose snippets a VM's are: by its mark, or, where somebody else made it, by the uuid of its machine. */
export function snippetOwner({ vmid, config }: Pick<VmRecord, 'vmid' | 'config'>): SnippetOwner {
  const uuid = parseProperties(config.get('smbios1') ?? '', 'uuid').get('uuid');
  return { vmid, id: readMarker(config.get('description'), vmid)?.id ?? uuid ?? '00000000' };
}
