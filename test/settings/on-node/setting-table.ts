import { parseVmConfig } from '../../../modules-src/pve/text/vm-config.ts';
import { showQm } from '../../../modules-src/node/vms/render-qm.ts';
import type { Effect } from '../../../modules-src/sdk/step.ts';
import { settingCases, type SettingCase } from './setting-cases.ts';
import { base, look, readConfig, reset, RUNNING, settle, type Declared } from './vm.ts';

/** What a running VM made of one change. */
export interface SettingRow {
  readonly option: string;
  readonly variables: readonly string[];
  readonly about: string | undefined;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly effect: Effect | 'refused';
  /** What the module had said about it before. */
  readonly foretold: Effect | 'refused' | undefined;
  /** Options that changed besides the one that was meant. */
  readonly others: readonly string[];
  readonly commands: readonly string[];
  /** Why nothing is done. */
  readonly reason: string | undefined;
  /** Steps that a second run would do. */
  readonly left: number;
  /** The same for one that may stop the VM, where it must. */
  readonly leftAfterStop: number;
}

/** Tries every change on the running VM. */
export async function settingTable(): Promise<readonly SettingRow[]> {
  const rows: SettingRow[] = [];
  for (const one of settingCases) rows.push(await tryCase(one));
  return rows;
}

async function tryCase({ option, has, wants, about }: SettingCase): Promise<SettingRow> {
  reset(RUNNING, withLines(base(RUNNING), has));
  const before = parseVmConfig(readConfig(RUNNING));
  const { steps, waiting, refused } = await settle(RUNNING, wants);
  const after = parseVmConfig(readConfig(RUNNING));
  const keys = new Set([...before.keys(), ...after.keys(), ...after.pending.keys(), ...after.pendingDeletes]);
  const changed = [...keys].filter(key => before.get(key) !== after.get(key) || isPending(after, key));
  const change = steps.flatMap(({ changes = [] }) => changes).find(({ key }) => key.startsWith(option));
  const waits = waiting.find(({ key }) => key === option);
  const refusal = refused.find(({ key }) => key === option);
  const leftAlone = refusal !== undefined ? 'refused' : waits !== undefined ? 'stop' : undefined;
  return {
    option,
    variables: Object.keys(wants).filter(name => name !== 'image_disk'),
    about,
    before: change?.before ?? before.get(option),
    after: change?.after ?? waits?.wanted,
    commands: steps.flatMap(({ action }) => (action.kind === 'qm' ? [showQm(action)] : [])),
    reason: refusal?.reason,
    effect: leftAlone ?? (isPending(after, option) ? 'reboot' : 'live'),
    foretold: leftAlone ?? change?.effect,
    // A CD drive enters the boot order by PVE's own doing.
    others: changed.filter(key => key !== option && !(key === 'boot' && option === 'ide2')),
    left: (await look(RUNNING, wants)).steps.length,
    leftAfterStop: leftAlone === 'stop' ? await stopFor(wants) : 0,
  };
}

/** What needs a stop is done when one is allowed; answers what is left to be done then. */
async function stopFor(wants: Declared): Promise<number> {
  await settle(RUNNING, { ...wants, apply: 'stop' });
  const { steps, waiting } = await look(RUNNING, wants);
  return steps.length + waiting.length;
}

const isPending = ({ pending, pendingDeletes }: ReturnType<typeof parseVmConfig>, key: string): boolean =>
  pending.has(key) || pendingDeletes.includes(key);

/** The lines of a case stand for those of the same option. */
function withLines(config: string, lines: string): string {
  const keyOf = (line: string): string => line.split(':', 1)[0] ?? '';
  const own = lines.split('\n').filter(line => line !== '');
  const kept = config.split('\n').filter(line => line !== '' && !own.some(one => keyOf(one) === keyOf(line)));
  const values = own.filter(line => !line.endsWith(': '));
  return `${[...kept, ...values].sort().join('\n')}\n`;
}
