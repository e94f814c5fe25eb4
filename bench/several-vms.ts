import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../build/modules.ts';
import { startBenchScene, type BenchScene } from './scene.ts';

/*
 * Several VMs of one image, in turn by each way on a fresh node with the call cost of a real one: hosts of Ansible
 * for all of them (`proxmox_vms`), and a loop over the role.
 */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, vms: { type: 'string', default: '5' } },
});

const WAYS = { proxmox_vms: 'several.yml', loop: 'several-loop.yml' } as const;
type Way = keyof typeof WAYS;

const vms = Array.from({ length: Number(values.vms) }, (_, index) => ({
  name: `node-${index + 1}`,
  vmid: 201 + index,
  cloud_init_ip: `10.98.0.${101 + index}/24`,
}));

interface Run {
  readonly way: Way;
  readonly first: number;
  readonly again: number;
  readonly calls: number;
  readonly mebibytes: number;
}

const runs: Run[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  for (const way of Object.keys(WAYS) as Way[]) {
    const run = await measure(way);
    runs.push(run);
    console.log(`round ${round + 1}  ${way}  ${run.first.toFixed(1)} s, again ${run.again.toFixed(1)} s`);
  }
}
const shown = (Object.keys(WAYS) as Way[]).map(row);
console.log(
  ['', '| way | first run | again | qm calls | MiB to the node |', '|---|---|---|---|---|', ...shown].join(
    '\n',
  ),
);
const factor = (key: 'first' | 'again'): string =>
  (median('loop', key) / median('proxmox_vms', key)).toFixed(2);
console.log(
  `proxmox_vms is ${factor('first')} times as fast as the loop, ${factor('again')} times when all is there`,
);

async function measure(way: Way): Promise<Run> {
  const scene = await startBenchScene();
  try {
    const first = await timed(scene, way);
    await mustBeThere(scene);
    const calls = (await scene.newCalls()).length;
    const mebibytes = (await scene.received()) / 2 ** 20;
    return { way, first, calls, mebibytes, again: await timed(scene, way) };
  } finally {
    await scene.down();
  }
}

async function timed(scene: BenchScene, way: Way): Promise<number> {
  const variables = join(scene.home, 'vars.json');
  writeFileSync(
    variables,
    JSON.stringify({
      vms,
      proxmox_vm_node: 'pve01',
      proxmox_disk_storage: 'local',
      proxmox_vm_cloud_image: 'debian-12',
      proxmox_vm_cloud_init_gw: '10.98.0.1',
      proxmox_vm_cloud_init_ssh_keys: [scene.publicKey],
    }),
  );
  const start = performance.now();
  const { rc, output } = await scene.playbook({
    playbook: join(root, 'bench/peers', WAYS[way]),
    args: ['-e', `@${variables}`],
    env: { ANSIBLE_PIPELINING: 'True' },
  });
  if (rc !== 0) throw new Error(output);
  return (performance.now() - start) / 1000;
}

async function mustBeThere(scene: BenchScene): Promise<void> {
  for (const { vmid, cloud_init_ip: ip } of vms) {
    const config = await scene.cluster.readFile('pve01', `/etc/pve/qemu-server/${vmid}.conf`);
    if (!config.includes('scsi0: local:') || !config.includes(`ip=${ip}`)) throw new Error(config);
  }
}

function median(way: Way, key: 'first' | 'again'): number {
  const sorted = runs
    .filter(run => run.way === way)
    .map(run => run[key])
    .sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function row(way: Way): string {
  const { calls, mebibytes } = runs.findLast(run => run.way === way) ?? { calls: NaN, mebibytes: NaN };
  const cells = [
    median(way, 'first').toFixed(1),
    median(way, 'again').toFixed(1),
    calls,
    mebibytes.toFixed(0),
  ];
  return `| ${[way, ...cells].join(' | ')} |`;
}
