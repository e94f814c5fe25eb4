import { createHash } from 'node:crypto';
import { cloudbaseInterfaces, networkInterfaces, networkVersion1 } from './network.ts';
import { contextScript, userPart } from './user.ts';
import type { Resolver } from '../../sdk/readings.ts';
import { isWindows } from '../text/ostype.ts';
import { resolverOf } from './resolver.ts';
import type { SnippetKind } from '../text/cloud-init-volumes.ts';

type CloudInitFormat = 'nocloud' | 'configdrive2' | 'opennebula';

/** What a cloud-init drive says, part by part. */
export interface CloudInitParts {
  readonly format: CloudInitFormat;
  readonly user: string;
  readonly network: string;
  readonly meta: string;
  readonly vendor: string;
  /** By it a guest knows whether it has done all this before; an opennebula drive has none. */
  readonly instanceId: string | undefined;
}

/** Where the parts lie in the drive's file system; an opennebula drive has one file for all. */
export const DRIVE_FILES = {
  nocloud: {
    user: 'user-data',
    network: 'network-config',
    meta: 'meta-data',
    vendor: 'vendor-data',
  },
  configdrive2: {
    user: 'openstack/latest/user_data',
    network: 'openstack/content/0000',
    meta: 'openstack/latest/meta_data.json',
    vendor: 'openstack/latest/vendor_data.json',
  },
} as const;

/** The format of the drive: that of `citype`, else what the guest's system reads. */
function cloudInitFormat(config: ReadonlyMap<string, string>): CloudInitFormat {
  const type = config.get('citype');
  if (type === 'nocloud' || type === 'configdrive2' || type === 'opennebula') return type;
  return isWindows(config.get('ostype')) ? 'configdrive2' : 'nocloud';
}

/**
 * What PVE writes on the drive of a VM (qemu-server 8.4 and 9.2, PVE/QemuServer/Cloudinit.pm), byte for byte: `config`
 * has the pending values, `node` the resolver of the node, `custom` the snippets that `cicustom` names.
 */
export function cloudInitParts(
  vmid: number,
  config: ReadonlyMap<string, string>,
  node: Resolver,
  custom: ReadonlyMap<SnippetKind, string> = new Map(),
): CloudInitParts {
  const format = cloudInitFormat(config);
  const resolver = resolverOf(config, node);
  if (format === 'opennebula') {
    const user = contextScript(vmid, config, resolver);
    return { format, user, network: '', meta: '', vendor: '', instanceId: undefined };
  }
  const user = custom.get('user') ?? userPart(vmid, config);
  const network = custom.get('network') ?? networkPart(format, config, resolver);
  const id = createHash('sha1')
    .update(user + network)
    .digest('hex');
  const meta = custom.get('meta') ?? metaPart(format, id);
  return { format, user, network, meta, vendor: custom.get('vendor') ?? '', instanceId: instanceIdIn(meta) };
}

function networkPart(
  format: 'nocloud' | 'configdrive2',
  config: ReadonlyMap<string, string>,
  resolver: Resolver,
): string {
  if (format === 'nocloud') return networkVersion1(config, resolver);
  return isWindows(config.get('ostype'))
    ? cloudbaseInterfaces(config, resolver)
    : networkInterfaces(config, resolver);
}

/** On a Windows drive PVE adds password and keys, in an order that changes from one time to the next. */
function metaPart(format: 'nocloud' | 'configdrive2', id: string): string {
  if (format === 'nocloud') return `instance-id: ${id}\n`;
  return `{\n     "uuid": "${id}",\n     "network_config": { "content_path": "/content/0000" }\n}\n`;
}

/** The instance-id that meta data name, of either format; undefined when they name none. */
export const instanceIdIn = (meta: string): string | undefined =>
  /^\s*(?:instance-id|["']?uuid["']?)\s*:\s*["']?([^"'\s,#]+)/m.exec(meta)?.[1] ??
  /"uuid"\s*:\s*"([^"]+)"/.exec(meta)?.[1];
