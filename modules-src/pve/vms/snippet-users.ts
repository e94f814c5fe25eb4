import { UserError } from '../../sdk/error.ts';
import type { Step } from '../../sdk/step.ts';
import { attachedDrive, customParts, isOurSnippet, type SnippetPlace } from '../text/cloud-init-volumes.ts';
import type { VmConfig } from '../text/vm-config.ts';
import type { VmRecord } from './guest.ts';

/** Files of ours that a VM uses now, from its next start on, or in a snapshot; by their names: one directory may be several storages. */
const usedFiles = (config: VmConfig): readonly string[] =>
  [config, config.pending, ...config.snapshotValues]
    .flatMap(section => [...[...customParts(section).values()].filter(isOurSnippet), ...drivesIn(section)])
    .map(fileOf);

const drivesIn = (section: ReadonlyMap<string, string>): readonly string[] => {
  const drive = attachedDrive(section);
  return drive === undefined ? [] : [drive.volume];
};

const fileOf = (path: string): string => path.split('/').at(-1) ?? path;

/** Other VMs that use snippets of a VM: a copy made by hand has its origin's. */
export function snippetUsers(record: VmRecord, others: readonly VmRecord[]): readonly VmRecord[] {
  const used = new Set(usedFiles(record.config));
  const isOwn = (file: string): boolean => used.has(file) || file.startsWith(`proxmox-role-${record.vmid}-`);
  return others.filter(({ vmid, config }) => vmid !== record.vmid && usedFiles(config).some(isOwn));
}

/** Those that no other VM uses. */
export const unusedSnippets = (
  places: readonly SnippetPlace[],
  vmid: number | undefined,
  others: readonly VmRecord[],
): readonly SnippetPlace[] => places.filter(({ volume }) => unusedVolumes([volume], vmid, others).length > 0);

/** Those that no VM but the one of that VMID uses; of a VM that is gone there is no such VMID. */
export const unusedVolumes = (
  volumes: readonly string[],
  vmid: number | undefined,
  others: readonly VmRecord[],
): readonly string[] => volumes.filter(volume => usersOf(volume, vmid, others).length === 0);

const usersOf = (
  volume: string,
  vmid: number | undefined,
  others: readonly VmRecord[],
): readonly VmRecord[] =>
  others.filter(other => other.vmid !== vmid && usedFiles(other.config).includes(fileOf(volume)));

/** Whether a step changes a snippet that is there. */
export const isWrittenOver = ({ action, changes = [] }: Step): boolean =>
  action.kind === 'put-snippet' && changes.some(({ before }) => before !== undefined);

/** What another VM uses is not written over: it would be told something else at its next start. */
export function refuseUsedSnippets(
  steps: readonly Step[],
  vmid: number,
  others: readonly VmRecord[],
  label: string,
): void {
  for (const step of steps.filter(isWrittenOver)) {
    const volume = step.action.kind === 'put-snippet' ? step.action.volume : '';
    const [user] = usersOf(volume, vmid, others);
    if (user === undefined) continue;
    throw new UserError(
      `cannot change the snippet ${volume} of ${label}: VM ${user.vmid} (${user.config.get('name') ?? ''}) on node ` +
        `${user.node} uses it, too; give that one a copy under another name, and \`qm set ${user.vmid} --cicustom …\``,
    );
  }
}
