import { expect } from 'chai';
import fc from 'fast-check';
import { modelNode, performSteps } from '../../pve/vms/fixtures/model-node.ts';
import type { SnippetKind } from '../../pve/text/cloud-init-volumes.ts';
import { KEY, TEMPLATE, lane, type Scene } from './scene.fixture.ts';

describe('for any clones', () => {
  const wishes = fc.record(
    {
      full: fc.boolean(),
      start: fc.boolean(),
      ip: fc.constantFrom('dhcp', '192.0.2.11/24'),
      gw: fc.constant('192.0.2.1'),
      user: fc.constantFrom('ubuntu', 'me'),
      ssh_keys: fc.array(fc.constantFrom(KEY, `${KEY}\n`, 'ssh-rsa BB+/= two words'), { maxLength: 2 }),
      dns: fc.constant('1.1.1.1 8.8.8.8'),
      cores: fc.integer({ min: 1, max: 8 }),
      memory: fc.constantFrom(512, 2048, 4096),
      disk_size: fc.constantFrom('4G', '8G', '32G'),
      tags: fc.array(fc.constantFrom('Web', 'prod', 'a'), { maxLength: 3 }),
    },
    { requiredKeys: ['full', 'start', 'gw'] },
  );
  const snippets = fc.constantFrom(
    new Map<SnippetKind, string>(),
    new Map<SnippetKind, string>([['user', 'hostname: tpl\n']]),
  );

  it('the steps leave nothing to do, wherever a run died between them', () => {
    fc.assert(
      fc.property(wishes, wishes, snippets, fc.nat(5), (first, second, texts, died) => {
        const node = modelNode({ 9000: TEMPLATE });
        const scene: Scene = { node, snippets: texts };
        performSteps(node, lane(first, scene).slice(0, died));
        for (const more of [first, second]) {
          performSteps(node, lane(more, scene));

          expect(lane(more, scene)).to.deep.equal([]);
        }
      }),
    );
  });
});
