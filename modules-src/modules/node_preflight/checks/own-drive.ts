import { driveStorage } from '../../../pve/cloud-init/drive/own.ts';
import { isUsable } from '../../../pve/text/storage-config.ts';
import { allowContent } from '../../../pve/text/storage-content.ts';
import type { Problem } from '../../../sdk/define-module.ts';
import { whereShown } from '../api/hidden.ts';
import { onNode, problem, variableOf, type Check } from '../check.ts';
import { givenSnippets, installsAgent, namedSnippets, wantsCloudInit, wantsOwnDrive } from '../wishes.ts';
import type { Node } from '../world.ts';

const BY_SSH = 'go by SSH with the node in the inventory';

/** What neither a snippet nor a drive of our own can say, told before a VM is made that would lack it. */
export const checkTexts: Check = wanted => {
  if (wanted.vm_state === 'absent' || !wantsCloudInit(wanted)) return [];
  const [texts, [named]] = [givenSnippets(wanted), namedSnippets(wanted)];
  if (wantsOwnDrive(wanted) && named !== undefined) {
    const message = 'nobody but Proxmox VE reads it, and the drive with the other texts is not written by it';
    return [problem('PVE-API-007', named, message, `give its text in a variable, or ${BY_SSH}`)];
  }
  if (wanted.api_host === undefined || wanted.vm_cloud_init_drive !== 'pve') return [];
  const written = texts.map((option): Problem =>
    problem(
      'PVE-API-007',
      option,
      'snippets cannot be written by the API',
      `leave out ${variableOf('vm_cloud_init_drive')}, or ${BY_SSH}`,
    ),
  );
  return installsAgent(wanted) ? [...written, noAgent('snippets cannot be written by the API')] : written;
};

const noAgent = (message: string, way = ''): Problem =>
  problem(
    'PVE-CI-008',
    'vm_cloud_init_install_agent',
    `${message}, by which cloud-init would be told to install the guest agent`,
    `${way}set ${variableOf('vm_cloud_init_install_agent')}: false`,
  );

/** Whether there is a place for a drive of our own. */
export const checkOwnDrive = whereShown(
  onNode((wanted, { storages }, { name }) => {
    if (wanted.vm_state === 'absent' || !wantsOwnDrive(wanted)) return [];
    if (driveStorage(storages, name, wanted.vm_cloud_init_snippets_storage) !== undefined) return [];
    const [text] = givenSnippets(wanted);
    const way = wayOut(storages, name);
    const message = `no storage of ${name} holds ISO images`;
    if (text === undefined && wanted.vm_cloud_init_drive !== 'own') return [noAgent(message, `${way}, or `)];
    const what = `${message}, where the drive with all texts for cloud-init is to be`;
    return [problem('PVE-STO-015', text ?? 'vm_cloud_init_drive', what, way)];
  }),
);

function wayOut(storages: Node['storages'], name: string): string {
  const candidate = storages.find(storage => storage.path !== undefined && isUsable(storage, name));
  return candidate === undefined
    ? 'add a storage of type dir with `pvesm add`'
    : allowContent(candidate, 'iso');
}
