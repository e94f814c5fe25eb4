import type { Parameters } from '../cli/command.ts';
import { vmidOf } from '../cli/command.ts';
import { loadConfig } from '../config/store.ts';
import type { VmConfig } from '../config/sections.ts';
import { print } from '../runtime/output.ts';

const NAME_WIDTH = 27;
const TIME_WIDTH = 23;
const CURRENT = 'current';

/** `qm listsnapshot`: the tree of snapshots, the state as it is now at its end. */
export function listSnapshots(parameters: Parameters): void {
  const config = loadConfig(vmidOf(parameters));
  printChildren(config, undefined, 0);
}

function printChildren(config: VmConfig, parent: string | undefined, depth: number): void {
  const children = [...config.snapshots]
    .filter(([, snapshot]) => parentOf(config, snapshot.get('parent')) === parent)
    .sort(([, left], [, right]) => Number(left.get('snaptime')) - Number(right.get('snaptime')));
  for (const [name, snapshot] of children) {
    const time = formatTime(Number(snapshot.get('snaptime')));
    printLine(depth, name, time, snapshot.get('description') ?? 'no-description');
    printChildren(config, name, depth + 1);
  }
  if (parentOf(config, config.current.get('parent')) === parent)
    printLine(depth, CURRENT, '', 'You are here!');
}

function parentOf(config: VmConfig, name: string | undefined): string | undefined {
  return name !== undefined && config.snapshots.has(name) ? name : undefined;
}

function printLine(depth: number, name: string, time: string, description: string): void {
  print(
    `${' '.repeat(depth)}\`-> ${name.padEnd(NAME_WIDTH - depth)} ${time.padEnd(TIME_WIDTH)} ${description}`,
  );
}

function formatTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}
