import { whereShown } from '../api/hidden.ts';
import { onNode, problem } from '../check.ts';
import { isStorageName } from '../../../pve/images/folder.ts';
import { isUsable } from '../../../pve/text/storage-config.ts';
import { allowContent } from '../../../pve/text/storage-content.ts';
import { wantsImage } from '../wishes.ts';

/** By the API images are kept on storages alone; where none is named, the first that takes them is meant. */
export const checkImageStorage = whereShown(
  onNode((wanted, { storages }, { name }) => {
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
  }),
);
