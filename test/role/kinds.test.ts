import { expect } from 'chai';
import { variables } from '../../role-src/variables.ts';
import { makeSandbox, releases } from './sandbox.ts';

const IDENTITY = { proxmox_vm_name: 'web', proxmox_vm_vmid: 200, proxmox_vm_node: 'pve01' };
/** All that are texts; without a way to the node nothing is asked. */
const TEXTS = Object.entries(variables)
  .filter(([name, { type }]) => ['str', 'path'].includes(type) && name !== 'proxmox_connection')
  .map(([name]) => name);

describe('a dictionary, a list or a number that stands for a text', function () {
  this.timeout(300_000);

  for (const { title, programs } of releases)
    it(`comes to preflight, which names the variable, for ${title}`, async () => {
      const sandbox = await makeSandbox({}, undefined, [], await programs());
      const values = [{ a: 1 }, ['a'], 12];
      const tasks = values.map(value => ({
        include_role: { name: 'proxmox' },
        vars: { ...Object.fromEntries(TEXTS.map(name => [name, value])), ...IDENTITY },
        tags: ['always'],
      }));
      const plays = [{ hosts: 'localhost', connection: 'local', gather_facts: false, tasks }];
      const { calls, exitCode, output } = await sandbox.play(JSON.stringify(plays), ['--tags', 'preflight']);
      await sandbox.remove();

      expect(exitCode, output).to.equal(0);
      const told = calls
        .filter(({ module }) => module === 'node_preflight')
        .map(({ args }) => args['vm_cloud_image']);
      // Until 2.18 what is templated is a text.
      expect([...told.slice(0, 2), Number(told[2])]).to.deep.equal(values);
    });
});
