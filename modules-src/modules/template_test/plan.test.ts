import { expect } from 'chai';
import fc from 'fast-check';
import { generationsOf, currentOf } from '../../pve/vms/generations/family.ts';
import { readVms } from '../../pve/vms/find.ts';
import { memoryCluster } from '../../pve/vms/fixtures/memory-cluster.ts';
import { modelNode, type ModelNode } from '../../pve/vms/fixtures/model-node.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import { parseVmConfig } from '../../pve/text/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import { optionName } from '../../sdk/option-name.ts';
import { testNotices } from './plan.ts';
import { generationText, OLD, run, wanted, world } from './scene.fixture.ts';

const MADE = ['clone 9001', 'set 9002', 'start 9002', 'test-guest'];
const ENDED = ['stop 9002', 'destroy 9002'];

const current = async (node: ModelNode): Promise<number | undefined> =>
  currentOf(generationsOf({ name: 'golden' }, 'pve01', await readVms(memoryCluster(node))))?.record.vmid;

const markOf = (node: ModelNode, vmid: number) =>
  readMarker(parseVmConfig(node.configs.get(vmid) ?? '').get('description'), vmid)?.generation;

describe('a new generation that is to be tested', () => {
  it('is not the current one before it has passed, and is then', async () => {
    const node = world();
    expect(await current(node)).to.equal(9000);

    const { performed = [], left = [] } = (await run(node)) ?? {};

    expect(performed).to.deep.equal([...MADE, ...ENDED, 'set 9001']);
    expect(left).to.deep.equal([]);
    expect(await current(node)).to.equal(9001);
    expect(markOf(node, 9001))
      .to.have.property('passed')
      .that.matches(/^scrypt:/);
    expect(markOf(node, 9001)).not.to.have.property('untested');
    expect([...node.configs.keys()]).to.deep.equal([9000, 9001]);
  });

  it('differs by nothing but that it has passed: its clone has come and gone', async () => {
    const { steps = [] } = (await run(world())) ?? {};

    expect(steps.flatMap(({ changes = [] }) => changes.map(({ key }) => key))).to.deep.equal(['test']);
  });

  it('is not tested again once it has passed, and is for another test', async () => {
    const node = world();
    await run(node);

    expect((await run(node))?.performed).to.deep.equal([]);
    expect((await run(node, { template_test_commands: ['true'] }))?.performed).to.include('test-guest');
    expect((await run(node, { template_test: 'boot' }))?.performed).to.include('test-guest');
  });

  it('is tried without its addresses, its networks and devices of the node, under its own MAC address', async () => {
    const node = world();
    await run(node, {}, { killedAt: 3 });
    const trial = parseVmConfig(node.configs.get(9002) ?? '');

    expect(trial.get('net0')).to.equal('virtio=BC:24:11:00:00:07,link_down=1');
    expect(trial.get('onboot')).to.equal('0');
    expect([...trial.keys()]).not.to.include.members(['ipconfig0', 'hostpci0', 'template', 'tags']);
    expect(trial.get('name')).to.equal('golden-g2-test');
  });

  it('asks DHCP on the bridge that is given', async () => {
    const node = world();
    await run(node, { template_test_bridge: 'vmbr9' }, { killedAt: 3 });
    const trial = parseVmConfig(node.configs.get(9002) ?? '');

    expect(trial.get('net0')).to.equal('virtio=BC:24:11:00:00:07,bridge=vmbr9');
    expect(trial.get('ipconfig0')).to.equal('ip=dhcp');
  });

  it('goes when it fails, with its clone, and the one before stays what it was to the byte', async () => {
    const node = world();
    const outcome = await run(node, {}, { failure: 'cloud-init ended with "error"' });

    expect(outcome?.performed).to.deep.equal([...MADE, ...ENDED, 'destroy 9001']);
    expect(outcome?.failures.map(({ reason }) => reason)).to.deep.equal([
      'VM 9001 (golden-g2) did not pass its test: cloud-init ended with "error"; the name golden stays where it was, ' +
        `and this generation is removed; ${optionName('template_test_keep')}: true keeps it`,
    ]);
    expect([...node.configs]).to.deep.equal([[9000, OLD]]);
  });

  it('stays when it fails and is to be kept, and is tested again by the next run', async () => {
    const node = world();
    const before = node.configs.get(9001);
    const outcome = await run(node, { template_test_keep: true }, { failure: 'no' });

    expect(outcome?.failures[0]?.reason).to.contain('is kept, and tested again by the next run');
    expect([...node.configs]).to.deep.equal([
      [9000, OLD],
      [9001, before],
    ]);
    expect(await current(node)).to.equal(9000);
    expect((await run(node))?.left).to.deep.equal([]);
    expect(await current(node)).to.equal(9001);
  });

  it('stays when it fails and somebody else has touched it, with the reason', async () => {
    const node = world();
    node.configs.set(9001, `${node.configs.get(9001) ?? ''}tags: mine\n`);
    const outcome = await run(node, {}, { failure: 'no' });

    expect(outcome?.failures[0]?.reason).to.contain(
      'it stays: its notes or tags are not as this role left them',
    );
    expect([...node.configs.keys()]).to.deep.equal([9000, 9001]);
  });

  it('changes nothing in check mode', async () => {
    const node = world();
    const before = [...node.configs];
    const outcome = await run(node, {}, { checkMode: true });

    expect(outcome?.steps.at(-1)?.summary).to.match(/^test VM 9001 \(golden-g2\) by its clone 9002 /);
    expect([...node.configs]).to.deep.equal(before);
    expect((await run(modelNode({ 9000: OLD }), {}, { checkMode: true }))?.steps).to.have.lengthOf(3);
  });
});

describe('a current generation', () => {
  const released = (): ModelNode => modelNode({ 9001: generationText(9001, 'golden', { number: 2 }) });

  it('is tested once when the test is new, and stays what it is when it fails', async () => {
    const node = released();
    const before = [...node.configs];
    const outcome = await run(node, { name: 'golden' }, { failure: 'no' });

    expect(outcome?.failures[0]?.reason).to.contain('it is the current one, and stays so');
    expect([...node.configs]).to.deep.equal(before);
    expect((await run(node, { name: 'golden' }))?.left).to.deep.equal([]);
    expect((await run(node, { name: 'golden' }))?.performed).to.deep.equal([]);
  });
});

describe('a test that is killed', () => {
  for (const killedAt of Array.from({ length: 7 }, (_, index) => index)) {
    it(`after ${killedAt} of its steps is finished by the next run, which leaves nothing behind`, async () => {
      const node = world();
      expect(await run(node, {}, { killedAt })).to.equal(undefined);
      expect(await current(node)).to.equal(9000);

      expect((await run(node))?.left).to.deep.equal([]);

      expect([...node.configs.keys()]).to.deep.equal([9000, 9001]);
      expect(node.configs.get(9000)).to.equal(OLD);
      expect(await current(node)).to.equal(9001);
    });
  }

  it('in the middle of the copy is begun anew, and what that has left is removed', async () => {
    const node = world({ 9002: 'lock: clone\n' });
    const volume = 'local:9002/vm-9002-disk-0.qcow2';
    const outcome = await run(node, {}, { begunAs: 'golden-g2-test', left: [volume] });

    expect(outcome?.performed).to.deep.equal(['destroy 9002', 'free-volume', ...MADE, ...ENDED, 'set 9001']);
    expect([...node.configs.keys()]).to.deep.equal([9000, 9001]);
  });

  it('any number of times, by any outcome, ends with what one run leaves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(7), { maxLength: 3 }), fc.boolean(), async (kills, passes) => {
        const node = world();
        const course = passes ? {} : { failure: 'no' };
        for (const killedAt of kills)
          if (node.configs.has(9001)) await run(node, {}, { ...course, killedAt });
        if (node.configs.has(9001)) await run(node, {}, course);

        expect([...node.configs.keys()]).to.deep.equal(passes ? [9000, 9001] : [9000]);
        expect(node.configs.get(9000)).to.equal(OLD);
        expect(node.running.size).to.equal(0);
      }),
      // The digest of each look takes as long as a guess at it would.
      { numRuns: 8 },
    );
  });
});

describe('a VM that looks like a trial', () => {
  const started = async (): Promise<ModelNode> => {
    const node = world();
    await run(node, {}, { killedAt: 3 });
    return node;
  };

  for (const [what, change, why] of [
    ['was restored', (text: string) => text.replace(/^vmgenid: .*$/m, 'vmgenid: 1-1'), 'was restored'],
    ['has a tag of its owner', (text: string) => `${text}tags: mine\n`, 'notes or tags'],
    [
      'has a further disk',
      (text: string) => `${text}scsi5: local:9002/vm-9002-disk-9.raw,size=1G\n`,
      'disks',
    ],
  ] as const) {
    it(`stays where it ${what}, and another one is made beside it`, async () => {
      const node = await started();
      const text = change(node.configs.get(9002) ?? '');
      node.configs.set(9002, text);
      const outcome = await run(node);

      expect(node.configs.get(9002)).to.equal(text);
      expect(outcome?.performed).to.include.members(['clone 9001', 'set 9003', 'destroy 9003']);
      expect(testNotices(wanted, outcome!.observed).warnings?.[0]).to.contain(why);
    });
  }

  it('is none where somebody has given it another name, or merely the same', async () => {
    const node = await started();
    const text = (node.configs.get(9002) ?? '').replace('golden-g2-test', 'payroll');
    node.configs.set(9002, text).set(9003, 'name: golden-g2-test\n');
    await run(node);

    expect(node.configs.get(9002)).to.equal(text);
    expect(node.configs.get(9003)).to.equal('name: golden-g2-test\n');
  });
});

describe('a generation that cannot be tested', () => {
  const refusal = async (change: (text: string) => string, more = {}): Promise<string> => {
    const node = world();
    node.configs.set(9001, change(node.configs.get(9001) ?? ''));
    const outcome = await run(node, more).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(UserError);
    return String(outcome);
  };

  it('has no agent that could tell, or no identity by which its clone is known', async () => {
    expect(await refusal(text => text.replace('agent: enabled=1\n', ''))).to.contain('has no guest agent');
    expect(await refusal(text => text.replace(/^vmgenid.*\n/m, 'vmgenid: 0\n'))).to.contain('has no vmgenid');
  });

  it('gives its address by a drive that its clone shares, on a bridge where others are', async () => {
    const drive = 'ide2: local:iso/proxmox-role-9001-00000000-0c0ffee0-0123456789ab.iso,media=cdrom\n';

    expect(await refusal(text => text + drive, { template_test_bridge: 'vmbr0' })).to.contain('192.0.2.7');
  });

  it('finds every VMID of the range taken', async () => {
    expect(await refusal(text => text, { template_vmid_range: '9000-9001' })).to.contain(
      'every VMID of 9000-9001 is taken',
    );
  });
});
