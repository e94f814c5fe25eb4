import { gatewayFault } from '../../pve/text/gateway.ts';
import { optionName } from '../../sdk/option-name.ts';
import { cloneUserData } from '../../pve/cloud-init/cloud-config.ts';
import {
  addressText,
  cloudInitChanges,
  deviceAddress,
  type CloudInitChanges,
} from '../../pve/cloud-init/changes.ts';
import { parseProperties } from '../../pve/text/property-string.ts';
import { snippetFor, type Snippet } from '../../pve/cloud-init/snippets.ts';
import type { VmConfig } from '../../pve/text/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import type { Clone, FoundClone, Source } from './wanted.ts';

/** What cloud-init tells the clone and not its template. */
export function cloneCloudInit(
  clone: Clone,
  source: Source,
  config: VmConfig,
  snippets: readonly Snippet[],
): CloudInitChanges {
  const address = addressOf(clone, source, config);
  const further = Object.entries(clone.addresses ?? {}).map(
    ([net, addresses]) => [net, deviceAddress(addresses)] as const,
  );
  return cloudInitChanges(
    {
      user: clone.user,
      keys: clone.ssh_keys,
      addresses: new Map([...(address === undefined ? [] : [['net0', address] as const]), ...further]),
      dns: clone.dns,
      domain: clone.domain,
      snippets,
    },
    config,
  );
}

/**
 * An address is never shared with the template; what leads to one (a gateway, an automatic IPv6) is. What the entry does
 * not mention stays as the clone has it.
 */
function addressOf(clone: Clone, { record, gateway }: Source, config: VmConfig): string | undefined {
  const isMentioned = [clone.ip, clone.gw, clone.ip6, clone.gw6].some(part => part !== undefined);
  if (!isMentioned && !config.has('ipconfig0')) return undefined;
  const template = parseProperties(record.config.get('ipconfig0') ?? '', 'ip');
  const current = parseProperties(config.get('ipconfig0') ?? '', 'ip');
  // A static address that is the template's came with the copy.
  const own = (key: string): string | undefined => {
    const address = current.get(key);
    return isStatic(address) && address === template.get(key) ? undefined : address;
  };
  const { ip = own('ip') ?? 'dhcp', ip6 = own('ip6') } = clone;
  const {
    gw = current.get('gw') ?? template.get('gw') ?? gateway,
    gw6 = current.get('gw6') ?? template.get('gw6'),
  } = clone;
  const fault = gatewayFault(ip, gw);
  if (fault !== undefined) {
    throw new UserError(
      `cannot set the address of clone ${clone.name}: it ${fault}, nor has its template; set gw in ${optionName('clones')}`,
    );
  }
  return addressText({ ip, gw, ip6, gw6 });
}

const isStatic = (address: string | undefined): boolean => address?.includes('/') ?? false;

/** Copies of the template's snippets under the clone's VMID. */
export function cloneSnippets({ clone, id }: FoundClone, { snippets, storage, record }: Source): Snippet[] {
  if (storage === undefined) return [];
  const template = record.config.get('name') ?? '';
  return [...snippets].map(([kind, text]) =>
    snippetFor(
      { vmid: clone.vmid, id },
      kind,
      storage,
      kind === 'user' ? cloneUserData(text, template, { ...clone, keys: clone.ssh_keys }) : text,
    ),
  );
}
