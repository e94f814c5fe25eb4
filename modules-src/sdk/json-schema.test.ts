import { Ajv } from 'ajv';
import { expect } from 'chai';
import { constraintsOf, schemaOf } from './json-schema.ts';
import { defineOptions, type Options } from './option.ts';

const options = defineOptions({
  vmid: { type: 'int', required: true, min: 100, max: 999, description: 'x' },
  ratio: { type: 'float', min: 0, description: 'x' },
  state: { type: 'str', choices: ['started', 'stopped'], default: 'started', description: 'x' },
  slot: { type: 'str', pattern: { regex: '^scsi\\d+$', says: 'a slot' }, description: 'x' },
  file: { type: 'path', description: 'x' },
  on: { type: 'bool', description: 'x' },
  tags: { type: 'list', elements: 'str', pattern: { regex: '^[a-z]+$', says: 'a tag' }, description: 'x' },
  ports: { type: 'list', elements: 'int', description: 'x' },
  clones: {
    type: 'list',
    elements: 'dict',
    options: { name: { type: 'str', required: true, description: 'x' } },
    description: 'x',
  },
  any: { type: 'list', elements: 'dict', description: 'x' },
  nets: { type: 'dict', keys: { regex: '^net\\d$', says: 'a device' }, description: 'x' },
  auth: { type: 'dict', options: { user: { type: 'str', description: 'x' } }, description: 'x' },
});

const validator = (of: Options) => new Ajv({ allErrors: true, strict: true }).compile(schemaOf(of));

describe('the schema of options', () => {
  const validate = validator(options);

  const valid: readonly object[] = [
    { vmid: 100 },
    { vmid: 999, ratio: 0.5, state: 'stopped', slot: 'scsi1', file: '/x', on: false },
    { vmid: 100, tags: ['a', 'b'], ports: [1], clones: [{ name: 'a' }], any: [{ x: 1 }] },
    { vmid: 100, nets: { net0: 'virtio' }, auth: { user: 'me' } },
  ];
  for (const values of valid) {
    it(`accepts ${JSON.stringify(values)}`, () => expect(validate(values)).to.equal(true));
  }

  const invalid: readonly object[] = [
    {},
    { vmid: 99 },
    { vmid: 1000 },
    { vmid: 100.5 },
    { vmid: '100' },
    { vmid: 100, ratio: -1 },
    { vmid: 100, state: 'paused' },
    { vmid: 100, slot: 'ide0' },
    { vmid: 100, slot: 'scsi0\n' },
    { vmid: 100, on: 'yes' },
    { vmid: 100, tags: ['A'] },
    { vmid: 100, tags: 'a' },
    { vmid: 100, ports: ['1'] },
    { vmid: 100, clones: [{}] },
    { vmid: 100, clones: [{ name: 'a', other: 1 }] },
    { vmid: 100, any: ['x'] },
    { vmid: 100, nets: { eth0: 'virtio' } },
    { vmid: 100, auth: { token: 'x' } },
    { vmid: 100, unknown: 1 },
  ];
  for (const values of invalid) {
    it(`refuses ${JSON.stringify(values)}`, () => expect(validate(values)).to.equal(false));
  }

  it('reports every problem at once', () => {
    validate({ vmid: 1, state: 'paused', tags: ['A'] });

    expect(validate.errors?.map(error => error.instancePath)).to.deep.equal(['/vmid', '/state', '/tags/0']);
  });

  it('leaves out what coercion has seen to', () => {
    expect(constraintsOf(options)).to.deep.equal({
      properties: {
        vmid: { minimum: 100, maximum: 999 },
        ratio: { minimum: 0 },
        state: { enum: ['started', 'stopped'] },
        slot: { pattern: '^scsi\\d+$' },
        tags: { items: { pattern: '^[a-z]+$' } },
        clones: { items: { required: ['name'] } },
        nets: { propertyNames: { pattern: '^net\\d$' } },
      },
      required: ['vmid'],
    });
  });
});
