import { CUSTOM } from '../../pve/settings/cpu-models.ts';
import { parseProperties } from '../../pve/text/property-string.ts';
import type { Readings } from '../../sdk/cluster.ts';
import type { MappedDevice } from '../../sdk/facts.ts';
import { fieldsOf } from '../../sdk/dictionary.ts';
import { listOf, textIn, type Api } from '../api.ts';
import { unlessForbidden } from '../client/failure.ts';

type PciDevice = Readonly<{ id: string; group: string | undefined }>;

/** Needs Sys.Audit on /. */
async function pciDevices({ client, node }: Api): Promise<readonly PciDevice[]> {
  const answer = await client.get(`/nodes/${node}/hardware/pci`).catch(unlessForbidden);
  return listOf(answer).flatMap(line => {
    const [id, group] = [textIn(line, 'id'), fieldsOf(line)['iommugroup']];
    return id === undefined ? [] : [{ id, group: Number(group) < 0 ? undefined : String(group) }];
  });
}

export const listPciDevices =
  (api: Api): Readings['listPciDevices'] =>
  async () =>
    (await pciDevices(api)).map(({ id }) => id);

/** Bridges are left out of the answer by Proxmox VE itself. */
export const readIommuGroups =
  (api: Api): Readings['readIommuGroups'] =>
  async () =>
    new Map((await pciDevices(api)).flatMap(({ id, group }) => (group === undefined ? [] : [[id, group]])));

export const readMappings =
  ({ client }: Api): Readings['readMappings'] =>
  async kind =>
    listOf(await client.get(`/cluster/mapping/${kind}`)).map(line => ({
      name: textIn(line, 'id') ?? '',
      devices: listOf(fieldsOf(line)['map']).map(device => mapped(String(device))),
    }));

function mapped(text: string): MappedDevice {
  const properties = parseProperties(text, 'id');
  return {
    node: properties.get('node') ?? '',
    path: properties.get('path') ?? '',
    group: properties.get('iommugroup'),
  };
}

/** Who lacks Sys.Audit on /nodes is told of none. */
export const listCustomModels =
  ({ client, node }: Api): Readings['listCustomModels'] =>
  async () => {
    const names = listOf(await client.get(`/nodes/${node}/capabilities/qemu/cpu`)).flatMap(
      line => textIn(line, 'name') ?? [],
    );
    const own = names.filter(name => name.startsWith(CUSTOM));
    return own.length === 0 ? undefined : own;
  };
