import { expect } from 'chai';
import fc from 'fast-check';
import { generationName } from '../../pve/vms/generations/name.ts';
import { canonicalText, withoutEmpty } from '../../sdk/dictionary.ts';
import { generationsOf, type Generation } from '../../pve/vms/generations/family.ts';
import { firstDescription } from '../../pve/vms/marker.ts';
import { parseVmConfig } from '../../pve/text/vm-config.ts';
import { chooseGeneration, type Observed } from './plan.ts';

const recipe = { digest: 'sha256:new', settings: 'scrypt:s' };

const generation = (
  number: number,
  more: Partial<Generation> & { readonly digest?: string; readonly settings?: string } = {},
): Generation => {
  const { digest = recipe.digest, settings = recipe.settings, ...rest } = more;
  const vmid = 9000 + number;
  return {
    record: { vmid, node: 'pve01', kind: 'qemu', config: parseVmConfig(`name: golden-g${number}\n`) },
    number,
    isWhole: true,
    doubt: undefined,
    isTaken: false,
    isTouched: false,
    marker: { vmid, digest, generation: { family: 'golden', number, settings } },
    ...rest,
  };
};

const choose = (generations: readonly Generation[], more: Partial<Observed> = {}) =>
  chooseGeneration(
    { name: 'golden', template_test: 'none' },
    { generations, recipe, isReplicated: false, isOtherPassword: false, ...more },
  );

describe('the generation that is worked on', () => {
  it('is the first, under the name itself, where there is none', () => {
    expect(choose([])).to.deep.equal({ vmid: undefined, name: 'golden', number: 1, behind: [] });
  });

  it('is the first under a name that says so where other nodes are to have it, too', () => {
    expect(choose([], { isReplicated: true })).to.include({ name: 'golden-g1', number: 1 });
  });

  it('is the current one while it is of the image and the settings that are wanted', () => {
    expect(choose([generation(1)])).to.include({ vmid: 9001, number: 1 });
    expect(choose([generation(2), generation(1, { digest: 'sha256:old' })])).to.include({ vmid: 9002 });
  });

  it('is a new one under a name that says its number when the image, a setting or the password is another', () => {
    for (const [seen, reason] of [
      [
        choose([generation(1, { digest: 'sha256:old' })]),
        /^it was made of sha256:old, and the image is sha256:new now$/,
      ],
      [choose([generation(1, { settings: 'scrypt:t' })]), /its settings are not those of now/],
      [choose([generation(1)], { isOtherPassword: true }), /its password is not that of now/],
    ] as const) {
      expect(seen).to.include({ vmid: undefined, name: 'golden-g2', number: 2 });
      expect(seen.behind.join()).to.match(reason);
    }
  });

  it('is a new one where nobody knows what settings the current one was made with', () => {
    const unknown = generation(1, { marker: { vmid: 9001, digest: recipe.digest } });

    expect(choose([unknown])).to.include({ number: 2 });
  });

  it('is the one that a run has begun with the same wishes, whether it had its disk yet or not', () => {
    const current = generation(1, { digest: 'sha256:old' });
    const diskless = generation(2, { isWhole: false });
    const { generation: mark } = diskless.marker ?? {};
    const early = { vmid: 9002, ...(mark && { generation: mark }) };

    expect(choose([diskless, current])).to.include({ vmid: 9002, number: 2 });
    expect(choose([{ ...diskless, marker: early }, current])).to.include({ vmid: 9002, number: 2 });
  });

  it('is the one that was begun where its disk had still to grow, and none with a disk that is another one', () => {
    const description = firstDescription('', '', {
      vmid: 9002,
      id: '00000000-0000-4000-8000-000000009002',
      node: 'pve01',
      disks: { scsi0: 8 * 1024 ** 3 },
      digest: recipe.digest,
      generation: { family: 'golden', number: 2, settings: recipe.settings },
    });
    const isTouched = (disk: string, more = ''): boolean | undefined => {
      const notes = description.split('\n').map(line => `#${line.replaceAll(':', '%3A')}\n`);
      const text = `${notes.join('')}${more}name: golden-g2\nscsi0: ${disk}\nvmgenid: 00000000-0000-4000-8000-000000009002\n`;
      const record = { vmid: 9002, node: 'pve01', kind: 'qemu', config: parseVmConfig(text) } as const;
      return generationsOf({ name: 'golden' }, 'pve01', [record])[0]?.isTouched;
    };

    expect(isTouched('local:9002/vm-9002-disk-0.qcow2,size=8G')).to.equal(false);
    expect(isTouched('local:9002/vm-9002-disk-0.qcow2,size=96M')).to.equal(false);
    expect(isTouched('local:9002/vm-9002-disk-0.qcow2,size=9G')).to.equal(true);
    expect(isTouched('local:9003/vm-9003-disk-0.qcow2,size=96M')).to.equal(true);
    expect(isTouched('local:9002/base-9002-disk-0.qcow2,size=96M', 'template: 1\n')).to.equal(true);
  });

  it('is none that was begun with other wishes', () => {
    const current = generation(1, { digest: 'sha256:old' });

    expect(choose([generation(2, { isWhole: false, settings: 'scrypt:t' }), current])).to.include({
      vmid: undefined,
      number: 3,
    });
  });

  it('stays when nothing tells which image there is', () => {
    expect(choose([generation(1)], { recipe: { ...recipe, digest: undefined } })).to.include({ number: 1 });
  });

  it('is the same for two controllers that look at once', () => {
    const seen = [generation(2, { isWhole: false }), generation(1, { digest: 'sha256:old' })];

    expect(choose(seen)).to.deep.equal(choose([...seen]));
  });
});

describe('the name of a generation', () => {
  it('says it in the host’s part of a DNS name, which stays within its limit', () => {
    expect(generationName('golden', 2)).to.equal('golden-g2');
    expect(generationName('golden.example.test', 12)).to.equal('golden-g12.example.test');
    expect(generationName('a'.repeat(63), 2)).to.equal(`${'a'.repeat(60)}-g2`);
  });
});

describe('settings as a text', () => {
  const textOf = (settings: object): string => canonicalText(withoutEmpty(settings));

  it('are the same in any order, and what says nothing is left out', () => {
    expect(textOf({ b: 1, a: { d: ['x'], c: '' }, e: undefined, f: [] })).to.equal('{"a":{"d":["x"]},"b":1}');
  });

  it('differ when any value does', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.boolean(), fc.string({ minLength: 1 }))),
        fc.string(),
        (settings, key) => {
          expect(textOf({ ...settings, [key]: 'one' })).not.to.equal(textOf({ ...settings, [key]: 'two' }));
          const shuffled = Object.fromEntries(Object.entries(settings).reverse());
          expect(textOf(shuffled)).to.equal(textOf(settings));
        },
      ),
    );
  });
});
