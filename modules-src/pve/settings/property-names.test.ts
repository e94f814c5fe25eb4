import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { propertyNames, unknownProperties } from './property-names.ts';

/** What `qm set` of a node prints when it is not understood: every option with its properties. */
function usageIn(transcript: string): string {
  const lines = readFileSync(new URL(`../../../testnode/transcripts/${transcript}`, import.meta.url), 'utf8');
  const texts = lines
    .trim()
    .split('\n')
    .flatMap(line => Object.values(JSON.parse(line) as Readonly<Record<string, unknown>>))
    .filter(value => typeof value === 'string' && value.includes('Specify network devices'));
  return String(texts[0]);
}

/** Options by their names without a number, each with the properties that its usage names. */
function propertiesIn(usage: string): ReadonlyMap<string, readonly string[]> {
  const options = usage.matchAll(/^\s+--?([\w-]+?)\d*(?:\[n\])?\s+(.*?)(?=^\s+--?[\w-]+(?:\[n\])?\s)/gms);
  return new Map(
    [...options].flatMap(([, name = '', text = '']) => {
      const flat = text.replace(/\s+/g, ' ');
      const found = [...flat.matchAll(/[[,]([a-z][\w-]*)=[\]<]|^([a-z][\w-]*)=</g)];
      const names = found.map(([, first, second]) => first ?? second ?? '');
      return names.length === 0 ? [] : [[name === 'smbios' ? 'smbios1' : name, names] as const];
    }),
  );
}

describe('the properties of options', () => {
  for (const [release, transcript] of [
    ['8.4', 'pve8-d3-set-errors.jsonl'],
    ['9.2', 'd3-set-errors.jsonl'],
  ] as const)
    it(`are all that qm of PVE ${release} names`, () => {
      const told = propertiesIn(usageIn(transcript));

      expect([...told.keys()]).to.include.members([
        'net',
        'scsi',
        'vga',
        'machine',
        'agent',
        'efidisk',
        'cpu',
      ]);
      expect(told.get('net')).to.include.members(['model', 'bridge', 'trunks']);
      const lacking = [...told].flatMap(([option, names]) =>
        names.filter(name => propertyNames(option)?.includes(name) !== true).map(name => `${option}.${name}`),
      );
      expect(lacking.filter(one => one !== 'unused.file')).to.deep.equal([]);
    });

  it('are found when they are misspelt, with the one that was meant', () => {
    expect(unknownProperties('net0', 'virtio=BC:24:11:00:00:01,brigde=vmbr0,firewall=1')).to.deep.equal([
      { name: 'brigde', meant: 'bridge' },
    ]);
    expect(unknownProperties('scsi1', 'local-lvm:32,discrad=on,zzzzzz=1,iothread=1')).to.deep.equal([
      { name: 'discrad', meant: 'discard' },
      { name: 'zzzzzz', meant: undefined },
    ]);
    expect(unknownProperties('machine', 'q35,viomu=intel')).to.deep.equal([
      { name: 'viomu', meant: 'viommu' },
    ]);
    expect(unknownProperties('sata0', 'local:8,iothread=1').map(({ name }) => name)).to.deep.equal([
      'iothread',
    ]);
  });

  it('are none of options that are a text, of those that nobody knows, and of texts without a name', () => {
    for (const [option, text] of [
      ['args', '-device x=1,y=2'],
      ['toString', 'a=1'],
      ['next0', 'a=1'],
      ['agent', '1'],
      ['vga', 'std'],
      ['net0', ''],
      ['scsi0', 'local:100/vm-100-disk-0.raw'],
    ] as const)
      expect(unknownProperties(option, text)).to.deep.equal([]);
  });
});
