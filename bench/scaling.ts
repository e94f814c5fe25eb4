import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build/modules.ts';
import { warningOfNoise } from './quiet.ts';
import { samples } from './rounds.ts';
import { MANY_VMS, makeManyVms, startBenchScene, type BenchScene } from './scene.ts';
import { clonesOf } from './targets.ts';
import { floor, ours, oursByApi } from './ways.ts';
import { FLEET, fleetOf, variables } from './work.ts';

/*
 * How the time grows: with the number of clones, of VMs in `proxmox_vms`, and of guests that the cluster has besides. The
 * exponent is that of the growth from one row to the next: 0 is no growth, 1 is in proportion.
 */

const CLONES = [1, 5, 20, 50, 200];
const VMS = [1, 10, 100];

const noise = await warningOfNoise();
if (noise !== undefined) console.error(noise);
console.log('| what | number | seconds | exponent |\n|---|---|---|---|');
for (const way of [ours, oursByApi, floor]) grows(`clones by ${way.name}`, await ofClones(way));
grows('VMs of `proxmox_vms`', await ofVms());
const [alone, among] = [await again(''), await again(makeManyVms('pve01'))];
console.log(
  `| nothing to change, among ${MANY_VMS} guests against none | | ${among.toFixed(2)} against ${alone.toFixed(2)} | |`,
);

type Point = readonly [number, number];

function grows(what: string, points: readonly Point[]): void {
  for (const [index, [number, seconds]] of points.entries()) {
    const before = points[index - 1];
    const exponent = before ? (Math.log(seconds / before[1]) / Math.log(number / before[0])).toFixed(2) : '';
    console.log(`| ${what} | ${number} | ${seconds.toFixed(2)} | ${exponent} |`);
  }
}

async function ofClones(way: typeof ours): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (const count of CLONES) {
    const steps = [{ work: clonesOf(count), wanted: fleetOf(count) }];
    for await (const { seconds } of samples({ ways: [way], rounds: 1, steps })) points.push([count, seconds]);
  }
  return points;
}

async function ofVms(): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (const count of VMS) points.push([count, await withScene(scene => severalVms(scene, count))]);
  return points;
}

async function withScene<T>(work: (scene: BenchScene) => Promise<T>): Promise<T> {
  const scene = await startBenchScene();
  try {
    return await work(scene);
  } finally {
    await scene.down();
  }
}

async function severalVms(scene: BenchScene, count: number): Promise<number> {
  const file = join(scene.home, 'vars.json');
  const vms = Array.from({ length: count }, (_, index) => ({
    name: `node-${index + 1}`,
    vmid: 201 + index,
    cloud_init_ip: `10.98.0.${101 + index}/24`,
  }));
  const wanted = {
    ...{ vms, proxmox_vm_node: 'pve01', proxmox_disk_storage: 'local', proxmox_vm_cloud_image: 'debian-12' },
    ...{ proxmox_vm_cloud_init_gw: '10.98.0.1', proxmox_vm_cloud_init_ssh_keys: [scene.publicKey] },
  };
  writeFileSync(file, JSON.stringify(wanted));
  const start = performance.now();
  const { rc, output } = await scene.playbook({
    playbook: join(root, 'bench/peers/several.yml'),
    args: ['-e', `@${file}`],
    env: { ANSIBLE_PIPELINING: 'true' },
  });
  if (rc !== 0) throw new Error(output);
  return (performance.now() - start) / 1000;
}

/** Seconds of a run that finds everything as wanted, after a script on the node. */
function again(script: string): Promise<number> {
  return withScene(async scene => {
    await scene.cluster.exec('pve01', ['/bin/sh', '-c', script]);
    const vars = variables(FLEET, scene.image, scene.publicKey);
    await ours.run(scene, vars);
    return (await ours.run(scene, vars)).seconds;
  });
}
