import type { Problem } from '../../../sdk/define-module.ts';
import { onNode, problem, variableOf, type Check } from '../check.ts';
import { isStorageName } from '../../../pve/images/folder.ts';
import { isUsable } from '../../../pve/text/storage-config.ts';
import { allowContent } from '../../../pve/text/storage-content.ts';
import { givenSnippets, installsAgent, wantsCloudInit, wantsImage } from '../wishes.ts';

const BY_SSH = 'go by SSH with the node in the inventory';

/** The API lists snippets, and neither shows nor writes them: told before a VM is made that would lack its own. */
export const checkWrittenSnippets: Check = wanted => {
  if (wanted.api_host === undefined || wanted.vm_state === 'absent' || !wantsCloudInit(wanted)) return [];
  const texts = givenSnippets(wanted).map((option): Problem =>
    problem('PVE-API-007', option, 'snippets cannot be written by the API', BY_SSH),
  );
  if (!installsAgent(wanted)) return texts;
  const message = 'it takes a snippet, which cannot be written by the API';
  const fix = `set ${variableOf('vm_cloud_init_install_agent')}: false and have the agent in the image, or ${BY_SSH}`;
  return [...texts, problem('PVE-API-007', 'vm_cloud_init_install_agent', message, fix)];
};

/** By the API images are kept on storages alone; where none is named, the first that takes them is meant. */
export const checkImageStorage = onNode((wanted, { storages }, { name }) => {
  const { api_host: host, cloud_image_cache_dir: place, vm_state: state } = wanted;
  if (host === undefined || state === 'absent' || !wantsImage(wanted)) return [];
  // One that is named is judged with all other storages.
  if (place !== undefined && isStorageName(place)) return [];
  const usable = storages.filter(one => one.path !== undefined && isUsable(one, name));
  if (usable.some(({ content }) => content.includes('import'))) return [];
  const [first] = usable;
  return [
    problem(
      'PVE-STO-013',
      'cloud_image_cache_dir',
      `no storage of ${name} holds images to import, where an image is kept by the API`,
      first === undefined ? 'add a storage of type dir with `pvesm add`' : allowContent(first, 'import'),
    ),
  ];
});
