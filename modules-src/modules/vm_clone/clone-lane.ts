import { cloneUserData } from '../../pve/cloud-config.ts';
import { addressText, cloudInitChanges, type CloudInitChanges } from '../../pve/cloud-init.ts';
import { readMarker, userDescription, withMarker } from '../../pve/marker.ts';
import { ownRecord, requireChangeable } from '../../pve/own-vm.ts';
import { parseProperties } from '../../pve/property-string.ts';
import { settingChanges, settingProperties } from '../../pve/settings.ts';
import { formatSize, parseSize } from '../../pve/size.ts';
import { snippetFor, snippetSteps, type Snippet } from '../../pve/snippets.ts';
import { declaredValues, driveKeys, isCdrom, isCloudInitDrive, type VmConfig } from '../../pve/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Change, type Lane, type Step } from '../../sdk/step.ts';
import type { Clone, FoundClone, Source } from './plan.ts';

/** All that one clone still needs: made, told apart from its template, grown, started. */
export function cloneLane(clone: Clone, found: FoundClone, source: Source): Lane {
  try {
    return steps(clone, found, source);
  } catch (error) {
    // This clone cannot be made; the others can.
    if (error instanceof UserError)
      return [{ summary: `make clone ${clone.name}`, action: { kind: 'refuse', reason: error.message } }];
    throw error;
  }
}

function steps(clone: Clone, found: FoundClone, source: Source): Step[] {
  const label = `clone ${clone.name} (${clone.vmid})`;
  const record = ownRecord(clone, found.vm.record, `make ${label}`);
  if (record === undefined) {
    refuseOtherNode(clone, source, label);
    return [create(clone, source, label), ...settle(clone, found, source, source.config, label)];
  }
  const todo = settle(clone, found, source, record.config, label);
  if (todo.length > 0) requireChangeable(record, source.node, `change ${label}`);
  return todo;
}

/** What tells the clone from its template, its size, its start. */
function settle(clone: Clone, found: FoundClone, source: Source, config: VmConfig, label: string): Step[] {
  const { record, running } = found.vm;
  const snippets = cloneSnippets(clone, source);
  const cloudInit = cloudInitOf(clone, source, config, snippets);
  const written = snippetSteps(snippets, found.snippetTexts);
  // Whether it runs is known to its own node alone.
  const starts = clone.start && !running && (record?.node ?? source.node) === source.node;
  // The start writes the cloud-init drive anew; a clone that runs, or stays off, needs it done.
  const isStale = record !== undefined && !starts && cloudInit.changes.length + written.length > 0;
  return [
    ...written,
    ...configure(clone, source, config, cloudInit, label),
    ...grow(clone, config, label),
    ...(isStale ? [refresh(clone, label)] : []),
    ...(starts ? [start(clone, label)] : []),
  ];
}

function refuseOtherNode({ vmid, node: wanted }: Clone, { node }: Source, label: string): void {
  if (wanted === undefined || wanted === node) return;
  throw new UserError(
    `cannot make ${label} on node ${wanted}: its template is on ${node}; ` +
      `leave out its node and move it afterwards with \`qm migrate ${vmid} ${wanted}\``,
  );
}

function create(clone: Clone, { identity }: Source, label: string): Step {
  const full = clone.full || undefined;
  return {
    summary: `make ${label} of ${identity.name}`,
    action: qm('clone', identity.vmid, {
      newid: clone.vmid,
      name: clone.name,
      full,
      storage: full && clone.storage,
    }),
    changes: [{ key: 'vmid', before: undefined, after: String(clone.vmid) }],
  };
}

function cloudInitOf(
  clone: Clone,
  source: Source,
  config: VmConfig,
  snippets: readonly Snippet[],
): CloudInitChanges {
  return cloudInitChanges(
    {
      user: clone.user,
      keys: clone.ssh_keys,
      addresses: new Map([['net0', addressOf(clone, source)]]),
      dns: clone.dns,
      domain: clone.domain,
      snippets,
    },
    config,
  );
}

/** An address is never shared with the template; what leads to one (a gateway, an automatic IPv6) is. */
function addressOf({ name, ip = 'dhcp', gw }: Clone, { config }: Source): string {
  const template = parseProperties(config.get('ipconfig0') ?? '', 'ip');
  const gateway = gw ?? template.get('gw');
  if (ip !== 'dhcp' && gateway === undefined) {
    throw new UserError(
      `cannot give clone ${name} the address ${ip}: neither it nor its template has a gateway; set gw in proxmox_vm_clones`,
    );
  }
  const ip6 = template.get('ip6');
  return addressText({ ip, gw: gateway, ip6: ip6?.includes('/') ? undefined : ip6 }) ?? 'ip=dhcp';
}

/** Copies of the template's snippets under the clone's number. */
function cloneSnippets(clone: Clone, { snippets, storage, identity }: Source): Snippet[] {
  if (storage === undefined) return [];
  return [...snippets].map(([kind, text]) =>
    snippetFor(
      clone.vmid,
      kind,
      storage,
      kind === 'user' ? cloneUserData(text, identity.name, { ...clone, keys: clone.ssh_keys }) : text,
    ),
  );
}

/** One `qm set` with all that tells the clone from its template. */
function configure(
  clone: Clone,
  source: Source,
  config: VmConfig,
  cloudInit: CloudInitChanges,
  label: string,
): Step[] {
  const wanted = new Map(
    Object.entries({ cores: clone.cores, memory: clone.memory, tags: clone.tags?.join(';') }).flatMap(
      ([key, value]) => (value === undefined ? [] : [[key, String(value)] as const]),
    ),
  );
  const changes = [...settingChanges(wanted, config, clone.vmid), ...cloudInit.changes];
  const marker = markerChange(clone, source, config);
  if (changes.length === 0 && marker === undefined) return [];
  const settings = settingProperties(changes.filter(change => wanted.has(change.key)));
  const removed = [settings, cloudInit.properties].flatMap(({ delete: names = [] }) => names);
  return [
    {
      summary: `configure ${label}`,
      action: qm('set', clone.vmid, {
        ...settings,
        ...cloudInit.properties,
        ...(removed.length > 0 && { delete: removed }),
        ...(marker !== undefined && { description: marker }),
      }),
      changes,
    },
  ];
}

/** The description that was copied names the template's number: the clone gets a marker of its own. */
function markerChange(
  clone: Clone,
  { identity, config: template }: Source,
  config: VmConfig,
): string | undefined {
  const description = declaredValues(config).get('description') ?? '';
  if (readMarker(description, clone.vmid) !== undefined) return undefined;
  const origin = readMarker(template.get('description'), identity.vmid);
  return withMarker(userDescription(description), { ...origin, vmid: clone.vmid, clonedFrom: identity.vmid });
}

function grow(clone: Clone, config: VmConfig, label: string): Step[] {
  const target = clone.disk_size === undefined ? undefined : parseSize(clone.disk_size);
  const disk = bootDisk(config);
  const current = disk === undefined ? undefined : parseSize(sizeOf(config, disk));
  if (target === undefined || disk === undefined || current === undefined || current >= target) return [];
  const change: Change = { key: `${disk} size`, before: formatSize(current), after: formatSize(target) };
  return [
    {
      summary: `grow ${disk} of ${label} to ${formatSize(target)}`,
      action: qm('resize', clone.vmid, { disk, size: formatSize(target) }),
      changes: [change],
    },
  ];
}

const sizeOf = (config: VmConfig, disk: string): string =>
  parseProperties(config.get(disk) ?? '', 'file').get('size') ?? '';

function bootDisk(config: VmConfig): string | undefined {
  const order =
    parseProperties(config.get('boot') ?? '', 'legacy')
      .get('order')
      ?.split(';') ?? [];
  const disks = driveKeys(config).filter(key => {
    const drive = config.get(key) ?? '';
    return /^(?:scsi|virtio|sata|ide)/.test(key) && !isCdrom(drive) && !isCloudInitDrive(drive);
  });
  return order.find(key => disks.includes(key)) ?? disks[0];
}

const refresh = ({ vmid }: Clone, label: string): Step => ({
  summary: `write the cloud-init drive of ${label} anew`,
  action: qm('cloudinit update', vmid),
});

const start = ({ vmid }: Clone, label: string): Step => ({
  summary: `start ${label}`,
  action: qm('start', vmid),
  changes: [{ key: 'state', before: 'stopped', after: 'running' }],
});
