import { expect } from 'chai';
import { changing } from '../scene.ts';
import type { Place, Way } from './place.ts';

export interface Check {
  readonly name: string;
  /** Throws or rejects when it does not hold. */
  readonly holds: (place: Place) => Promise<void> | void;
}

/** What must hold under every version, in this order, on a node that has nothing. */
export const checks: readonly Check[] = [
  { name: 'check mode names every change and makes none', holds: checkMode },
  { name: 'image, VM, template and clones are made', holds: wholeRun },
  { name: 'at most four changing calls up to the configured VM', holds: fewCalls },
  { name: 'clones have their own settings', holds: cloneSettings },
  { name: 'a second run changes nothing and calls nothing', holds: secondRun },
  { name: 'a stage runs alone by its tags', holds: oneStage },
  { name: 'a misspelt variable is named with the right one', holds: misspelt },
  { name: 'all of it is made by the API, and left alone then', holds: byApi },
  { name: 'all of it is made in a play on the node, by a user who becomes root', holds: onNode },
  { name: 'a secret is nowhere in the output', holds: noSecret },
  { name: 'Ansible says nothing of deprecation', holds: noDeprecation },
];

async function checkMode({ scene, run }: Place): Promise<void> {
  const { rc, output, counts } = await run(['--check', '--diff']);
  expect(rc, output).to.equal(0);
  expect(counts.changed).to.be.greaterThan(0);
  expect(output).to.contain('template: 1').and.to.contain('10.98.0.102/24');
  expect(await scene.newCalls()).to.deep.equal([]);
}

async function wholeRun({ run }: Place): Promise<void> {
  const { rc, output, counts } = await run();
  expect(rc, output).to.equal(0);
  expect(counts).to.include({ failed: 0, unreachable: 0 });
}

async function fewCalls({ scene }: Place): Promise<void> {
  const calls = changing(await scene.newCalls());
  expect(calls.filter(call => / (?:create|set|resize) 9000$/.test(call))).to.have.lengthOf.within(1, 4);
}

async function cloneSettings({ scene }: Place): Promise<void> {
  const config = await scene.cluster.readFile('pve01', '/etc/pve/qemu-server/302.conf');
  expect(config).to.contain('ipconfig0: ip=10.98.0.102/24,gw=10.98.0.1').and.to.contain('memory: 1024');
  expect(await scene.cluster.readFile('pve01', '/etc/pve/qemu-server/9000.conf')).to.contain('template: 1');
}

async function secondRun({ scene, run }: Place): Promise<void> {
  const { output, counts } = await run();
  expect(counts, output).to.include({ changed: 0, failed: 0, unreachable: 0 });
  expect(await scene.newCalls()).to.deep.equal([]);
}

async function oneStage({ scene, run }: Place): Promise<void> {
  const other = ['-e', 'proxmox_vm_vmid=9100', '-e', 'proxmox_vm_name=alone'];
  const { rc, output } = await run(['--tags', 'vm,create', ...other]);
  expect(rc, output).to.equal(0);
  expect(changing(await scene.newCalls())).to.deep.equal(['qm create 9100']);
}

async function misspelt({ scene, run }: Place): Promise<void> {
  const { rc, output } = await run(['-e', 'proxmox_vm_memmory=1024']);
  expect(rc).not.to.equal(0);
  expect(output).to.contain('proxmox_vm_memmory').and.to.contain('proxmox_vm_memory');
  expect(await scene.newCalls()).to.deep.equal([]);
}

async function byApi(place: Place): Promise<void> {
  const way = await place.byApi();
  const args = await makeAnew(place, 4, way);
  const again = await place.run(args, way);
  expect(again.counts, again.output).to.include({ changed: 0, failed: 0, unreachable: 0 });
}

async function onNode(place: Place): Promise<void> {
  await makeAnew(place, 5, await place.asRoot(), ['-e', 'only_on=pve01']);
}

/** The playbook with other VMs, whose VMIDs begin with that digit; answers its arguments. */
async function makeAnew(
  { scene, run }: Place,
  digit: number,
  way: Way,
  args: readonly string[] = [],
): Promise<readonly string[]> {
  const clone = { name: `web-${digit}`, vmid: digit * 100, ip: `10.98.0.${digit}/24`, gw: '10.98.0.1' };
  const values = {
    proxmox_vm_vmid: digit * 1000,
    proxmox_vm_name: `debian-${digit}`,
    proxmox_vm_clones: [{ ...clone, memory: 1024 }],
  };
  const all = [...args, '-e', JSON.stringify(values)];
  const { rc, output } = await run(all, way);
  expect(rc, output).to.equal(0);
  const config = await scene.cluster.readFile('pve01', `/etc/pve/qemu-server/${clone.vmid}.conf`);
  expect(config).to.contain(`ip=${clone.ip}`).and.to.contain('memory: 1024');
  return all;
}

function noSecret({ printed }: Place): void {
  expect(printed()).not.to.contain('s3cret-Pa55');
}

function noDeprecation({ printed }: Place): void {
  expect(printed()).not.to.contain('DEPRECAT');
}
