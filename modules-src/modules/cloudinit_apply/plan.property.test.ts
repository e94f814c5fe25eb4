import { expect } from 'chai';
import fc from 'fast-check';
import { modelNode, performSteps } from '../../pve/vms/fixtures/model-node.ts';
import { parseVmConfig } from '../../pve/text/vm-config.ts';
import { planCloudInit } from './plan.ts';
import type { Observed, Wanted } from './plan.ts';
import { foundSnippets } from '../../pve/cloud-init/snippets.fixture.ts';
import { KEY, HASH, wanted, vm, observed } from './scene.fixture.ts';

describe('for any wishes and any VM', () => {
  const wishes: fc.Arbitrary<Partial<Wanted>> = fc.record(
    {
      user: fc.constantFrom('ubuntu', 'deploy'),
      ssh_keys: fc.array(fc.constantFrom(KEY, 'ssh-rsa BB+/= two words\n', ' '), { maxLength: 2 }),
      ip: fc.constantFrom('dhcp', '192.0.2.10/24'),
      gw: fc.constant('192.0.2.1'),
      ip6: fc.constantFrom('auto', '2001:db8::10/64'),
      dns: fc.constantFrom(['1.1.1.1'], ['1.1.1.1', '8.8.8.8'], ['1.1.1.1 8.8.8.8']),
      upgrade: fc.boolean(),
      networks: fc.constantFrom({ net1: 'ip=10.0.0.5/24' }, { net1: { ip: '10.0.0.6/24', gw: '10.0.0.1' } }),
      user_data: fc.constantFrom('a: 1\n', '#cloud-config\nhostname: own\n'),
      vendor_data: fc.constantFrom('b: 1\n', 'packages: [htop]\n'),
      agent: fc.constantFrom('true', 'false', 'enabled=1,fstrim_cloned_disks=1'),
      install_agent: fc.boolean(),
    },
    { requiredKeys: ['gw'] },
  );
  const start = fc.constantFrom(
    '',
    'ide2: local:200/vm-200-cloudinit.qcow2,media=cdrom\n',
    'cicustom: user=local:snippets/mine.yaml\n',
  );

  it('the steps leave nothing to do', () => {
    fc.assert(
      fc.property(
        wishes,
        wishes,
        start,
        fc.constantFrom(undefined, HASH),
        (first, second, config, passwordHash) => {
          const node = modelNode({ 200: `name: web-01\n${config}` });
          const look = (): Observed => ({
            ...observed('', {
              passwordHash,
              snippetTexts: node.files,
              ownSnippets: foundSnippets(node.files.keys()),
            }),
            vm: {
              ...vm(''),
              record: { ...vm('').record!, config: parseVmConfig(node.configs.get(200) ?? '') },
            },
          });
          for (const more of [first, second]) {
            performSteps(node, planCloudInit({ ...wanted, ...more }, look()).flat());

            expect(planCloudInit({ ...wanted, ...more }, look()).flat()).to.deep.equal([]);
          }
        },
      ),
    );
  });
});
