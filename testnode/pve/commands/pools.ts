import { complain, print } from '../runtime/output.ts';
import { readStorages } from '../storage/config.ts';
import { backendOf } from '../storage/volumes.ts';

/** `lvs --noheadings -o lv_name GROUP`: the volumes of storages in that volume group. */
export function runLvs(argv: readonly string[]): number {
  const [group, ...options] = argv.toReversed();
  if (options.toReversed().join(' ') !== '--noheadings -o lv_name') return notImitated('lvs', argv);
  const names = volumesWhere('vgname', group);
  if (names === undefined) {
    complain(`  Volume group "${group ?? ''}" not found`);
    complain(`  Cannot process volume group ${group ?? ''}`);
    return 5;
  }
  names.forEach(name => print(`  ${name}`));
  return 0;
}

/** `zfs list -H -o name -r -d 1 POOL`: the pool, and the volumes of storages in it. */
export function runZfs(argv: readonly string[]): number {
  const [pool = '', ...options] = argv.toReversed();
  if (options.toReversed().join(' ') !== 'list -H -o name -r -d 1') return notImitated('zfs', argv);
  const names = volumesWhere('pool', pool);
  if (names === undefined) {
    complain(`cannot open '${pool}': dataset does not exist`);
    return 1;
  }
  [pool, ...names.map(name => `${pool}/${name}`)].forEach(print);
  return 0;
}

function volumesWhere(option: string, value: string | undefined): readonly string[] | undefined {
  const storages = readStorages().filter(storage => storage.options.get(option) === value);
  if (storages.length === 0) return undefined;
  const volumes = storages.flatMap(storage => backendOf(storage).list(undefined));
  return volumes.map(({ name }) => name.split('/').at(-1) ?? name).sort();
}

function notImitated(program: string, argv: readonly string[]): number {
  complain(`${program}: the test node does not know: ${argv.join(' ')}`);
  return 3;
}
