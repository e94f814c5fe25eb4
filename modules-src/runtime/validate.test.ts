import { Ajv } from 'ajv';
import { expect } from 'chai';
import type { ParameterRules } from '../sdk/define-module.ts';
import { schemaOf } from '../sdk/json-schema.ts';
import { defineOptions } from '../sdk/option.ts';
import { validate } from './validate.ts';

const params = defineOptions({
  vmid: { type: 'int', required: true, min: 100, max: 999999999, description: 'x' },
  state: { type: 'str', choices: ['started', 'stopped'], description: 'x' },
  slot: { type: 'str', pattern: { regex: '^scsi\\d+$', says: 'a slot such as scsi0' }, description: 'x' },
  password: { type: 'str', secret: true, pattern: { regex: '^\\S+$', says: 'one word' }, description: 'x' },
  tags: { type: 'list', elements: 'str', pattern: { regex: '^[a-z]+$', says: 'a tag' }, description: 'x' },
  nets: { type: 'dict', keys: { regex: '^net\\d$', says: 'net0 to net9' }, description: 'x' },
  drives: {
    type: 'dict',
    keys: { regex: '^scsi\\d$', says: 'scsi0 to scsi9' },
    texts: { regex: '^[a-z]+:\\d+$', says: 'a drive such as tank:8' },
    description: 'x',
  },
  hosts: {
    type: 'dict',
    keys: { regex: '^net\\d$', says: 'net0 to net9' },
    texts: { regex: '^ip=', says: 'a text such as ip=dhcp' },
    values: { ip: { type: 'str', pattern: { regex: '^dhcp$', says: 'dhcp' }, description: 'x' } },
    description: 'x',
  },
  volumes: {
    type: 'dict',
    keys: { regex: '^scsi\\d$', says: 'scsi0 to scsi9' },
    values: {
      size: { type: 'int', min: 1, example: 8, description: 'x' },
      name: { type: 'str', required: true, description: 'x' },
    },
    description: 'x',
  },
  clones: {
    type: 'list',
    elements: 'dict',
    options: {
      vmid: { type: 'int', required: true, min: 100, description: 'x' },
      ip: { type: 'str', pattern: { regex: '^dhcp$', says: 'dhcp' }, description: 'x' },
    },
    description: 'x',
  },
});
const forWays = defineOptions({
  memory: { type: 'int', min: 16, unit: 'MiB', example: 4096, description: 'Memory in MiB.' },
  cores: { type: 'int', min: 1, description: 'CPU cores.' },
  on: { type: 'bool', description: 'x' },
  state: { type: 'str', choices: ['started', 'stopped'], description: 'x' },
  names: { type: 'list', elements: 'str', example: ['web', 'db'], description: 'x' },
  disks: {
    type: 'list',
    elements: 'dict',
    options: {
      slot: { type: 'str', required: true, description: 'x' },
      size: { type: 'int', description: 'x' },
    },
    description: 'x',
  },
  token: { type: 'str', secret: true, description: 'x' },
  nets: {
    type: 'dict',
    texts: { regex: '^v', says: 'x' },
    example: { net0: 'virtio' },
    description: 'x',
  },
});
const compiledForWays = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
  schemaOf(forWays),
);
const compiled = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schemaOf(params));

const check = (raw: Record<string, unknown>, rules: ParameterRules = {}) =>
  validate({ params, rules }, compiled, raw);
const messages = (raw: Record<string, unknown>, rules?: ParameterRules): string[] =>
  check(raw, rules).problems.map(problem => problem.message);

describe('parameters that fit', () => {
  it('come back with their types and without problems', () => {
    const volumes = { scsi1: { size: '8', name: 'a' } };
    const [drives, hosts] = [{ scsi1: 'tank:8' }, { net0: 'ip=auto', net1: { ip: 'dhcp' } }];

    expect(check({ vmid: '200', tags: 'a,b', volumes, drives, hosts })).to.deep.equal({
      values: { vmid: 200, tags: ['a', 'b'], volumes: { scsi1: { size: 8, name: 'a' } }, drives, hosts },
      problems: [],
    });
  });
});

describe('a problem of a parameter', () => {
  const cases: readonly (readonly [Record<string, unknown>, string])[] = [
    [{}, 'vmid is required'],
    [{ vmid: 'abc' }, 'vmid is "abc"; must be a number'],
    [{ vmid: 99 }, 'vmid is 99; must be at least 100'],
    [{ vmid: 1e9 }, 'vmid is 1000000000; must be at most 999999999'],
    [{ vmid: 200, state: 'paused' }, 'state is "paused"; must be one of started, stopped'],
    [{ vmid: 200, slot: 'ide0' }, 'slot is "ide0"; must be a slot such as scsi0'],
    [{ vmid: 200, tags: ['a', 'B'] }, 'tags[1] is "B"; must be a tag'],
    [
      { vmid: 200, nets: { eth0: 'x' } },
      'nets is {"eth0":"x"}; must be a dictionary with keys that are net0 to net9',
    ],
    [
      { vmid: 200, volumes: { scsi1: { size: 0, name: 'a' } } },
      'volumes.scsi1.size is 0; must be at least 1',
    ],
    [{ vmid: 200, drives: { scsi1: { a: 1 } } }, 'drives.scsi1 is {"a":1}; must be a text'],
    [{ vmid: 200, drives: { scsi1: null } }, 'drives.scsi1 is null; must be a text'],
    [{ vmid: 200, drives: { scsi1: 8 } }, 'drives.scsi1 is "8"; must be a drive such as tank:8'],
    [{ vmid: 200, hosts: { net1: ['x'] } }, 'hosts.net1 is ["x"]; must be a text'],
    [{ vmid: 200, hosts: { net1: 'dhcp' } }, 'hosts.net1 is "dhcp"; must be a text such as ip=dhcp'],
    [{ vmid: 200, hosts: { net1: { ip: 'x' } } }, 'hosts.net1.ip is "x"; must be dhcp'],
    [{ vmid: 200, hosts: { net1: { pi: 'dhcp' } } }, 'hosts.net1.pi is not known'],
    [{ vmid: 200, volumes: { scsi1: {} } }, 'volumes.scsi1.name is required'],
    [{ vmid: 200, volumes: { scsi1: 'x' } }, 'volumes.scsi1 is "x"; must be a dictionary'],
    [{ vmid: 200, volumes: { scsi1: { name: 'a', sise: 1 } } }, 'volumes.scsi1.sise is not known'],
    [{ vmid: 200, clones: [{ vmid: 300 }, {}] }, 'clones[1].vmid is required'],
    [{ vmid: 200, clones: [{ vmid: 1 }] }, 'clones[0].vmid is 1; must be at least 100'],
    [{ vmid: 200, clones: [{ vmid: 300, ip: 'x' }] }, 'clones[0].ip is "x"; must be dhcp'],
    [{ vmid: 200, sate: 'started' }, 'sate is not known'],
  ];
  for (const [raw, message] of cases) {
    it(`reads: ${message}`, () => expect(messages(raw)).to.deep.equal([message]));
  }

  it('names the variable and the way out', () => {
    expect(check({ vmid: 99 }).problems[0]).to.include({ variable: 'vmid', fix: 'write it like 100' });
  });

  const ways: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ memory: '4G' }, 'write it like 4096 (MiB)'],
    [{ cores: 'two' }, 'write it like 1'],
    [{ on: 'nope' }, 'write true or false'],
    [{ state: 'start' }, 'did you mean started?'],
    [{ state: 'wherever' }, 'set state to one of them'],
    [{ names: [{}] }, 'write it like web'],
    [{ names: { web: 1 } }, 'write it like ["web","db"]'],
    [{ sate: 'started' }, 'did you mean state?'],
    [{ elsewhere: 1 }, 'remove it'],
    [{ disks: [{}] }, 'add it'],
    [{ disks: [{ slot: 'x', sizes: 1 }] }, 'did you mean size?'],
    [{ token: ['x'] }, 'correct token'],
    [{ nets: { net0: {} } }, 'write it like {"net0":"virtio"}'],
  ];
  for (const [raw, fix] of ways)
    it(`has the way out of ${JSON.stringify(raw)}`, () => {
      const { problems } = validate({ params: forWays }, compiledForWays, raw);

      expect(problems.map(problem => problem.fix)).to.deep.equal([fix]);
    });

  for (const [slot, told] of [
    ['ftp://me:pa/s"s@host/x', 'ftp://…@host/x'],
    ['https://me:p@ss w@host/x', 'https://…@host/x'],
    ['me:pa:ss@host', 'me:…@host'],
    ['sha1:https://me:pass@host/x?key=s3cret', 'sha1:https://…@host/x?…'],
  ] as const)
    it(`tells no login, whatever stands in it: ${slot}`, () =>
      expect(messages({ vmid: 200, slot })).to.deep.equal([
        `slot is "${told}"; must be a slot such as scsi0`,
      ]));

  it('tells the value, but no secret', () => {
    const { problems } = validate({ params: forWays }, compiledForWays, { memory: '4G', token: ['x'] });

    expect(problems.map(({ message }) => message)).to.deep.equal([
      'memory is "4G"; must be a number',
      'token is (hidden); must be a text; ansible-core before 2.19 makes a list or a dictionary of one that reads as such',
    ]);
  });

  it('comes together with all others', () => {
    expect(messages({ vmid: 1, state: 'x', slot: 'y', other: 1 })).to.have.lengthOf(4);
  });

  it('keeps a long value short', () => {
    expect(messages({ vmid: 200, slot: 'x'.repeat(500) })[0]).to.have.length.below(140);
  });

  it('never shows a secret', () => {
    expect(messages({ vmid: 200, password: 'my secret' })).to.deep.equal([
      'password is (hidden); must be one word',
    ]);
  });

  it('takes the parameter out of the values, so that nobody works with half of it', () => {
    expect(check({ vmid: 200, clones: [{ vmid: 300 }, { vmid: 'x' }] }).values).to.deep.equal({ vmid: 200 });
  });
});

describe('a rule about several parameters', () => {
  it('that exclude each other', () => {
    expect(
      messages({ vmid: 200, state: 'started', slot: 'scsi0' }, { mutuallyExclusive: [['state', 'slot']] }),
    ).to.deep.equal(['state, slot exclude each other; give one']);
  });

  it('that belong together', () => {
    expect(
      messages({ vmid: 200, state: 'started' }, { requiredTogether: [['state', 'slot']] }),
    ).to.deep.equal(['state, slot belong together; give all or none']);
    expect(messages({ vmid: 200 }, { requiredTogether: [['state', 'slot']] })).to.deep.equal([]);
  });

  it('that others need at one value', () => {
    const rules = { requiredIf: [['state', 'started', ['slot']]] } as const;

    expect(messages({ vmid: 200, state: 'started' }, rules)).to.deep.equal([
      'slot is required when state is "started"',
    ]);
    expect(messages({ vmid: 200, state: 'started', slot: 'scsi0' }, rules)).to.deep.equal([]);
    expect(messages({ vmid: 200 }, rules)).to.deep.equal([]);
  });

  it('of which one is needed', () => {
    expect(messages({ vmid: 200 }, { requiredOneOf: [['state', 'slot']] })).to.deep.equal([
      'state, slot are all absent; give one',
    ]);
  });
});
