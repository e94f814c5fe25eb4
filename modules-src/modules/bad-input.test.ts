import { optionName } from '../sdk/option-name.ts';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { loadModule, moduleNames } from '../../build/modules.ts';
import { mergeUserData } from '../pve/cloud-init/cloud-config.ts';
import { renderQm } from '../node/vms/render-qm.ts';
import { maskSecrets, secretsOf } from '../runtime/mask.ts';
import { validate, type Validator } from '../runtime/validate.ts';
import type { ModuleDefinition } from '../sdk/define-module.ts';
import { schemaOf } from '../sdk/json-schema.ts';
import type { Options, ValuesOf } from '../sdk/option.ts';
import { qmOf, type QmAction, type Step } from '../sdk/step.ts';
import { HOSTILE, goodValues, targetsOf } from './bad-input.fixture.ts';
import { observed as importScene } from './qm_import_disk/scene.fixture.ts';
import { observed as cloudInitScene, vm } from './cloudinit_apply/scene.fixture.ts';
import { look } from './vm_clone/scene.fixture.ts';
import { goodWanted, inRole, worldOf } from './node_preflight/broken-worlds/world.fixture.ts';
import { findProblems } from './node_preflight/plan.ts';

/** What each module would observe of a VM that exists, or that is still to be made. */
const SCENES: Readonly<Record<string, (params: Readonly<Record<string, unknown>>) => unknown>> = {
  vm_create: () => ({ ...vm(''), record: undefined }),
  vm_configure: () => vm('memory: 512\n'),
  qm_import_disk: () => importScene(),
  cloudinit_apply: params =>
    cloudInitScene('', { passwordHash: params['password'] === undefined ? undefined : '$5$salt$hash' }),
  vm_clone: params => look({ vmid: 9000, name: 'tpl', clones: params['clones'] as never }),
};

/** Options of which each value is a whole property string of the user's own, as qm takes it. */
const OWN_PROPERTY_STRINGS = /^(?:networks|disks|extra_config)$/;

/** What it is, or must be, in at most 600 characters. */
const CLEAR = /^(?=[^]{1,600}$)\S.* (?:is|must|are|has|exclude|belong)\b/;

interface Tally {
  inputs: number;
  refused: number;
  carried: number;
  unclear: string[];
  injections: string[];
  stacks: string[];
}

const tally: Tally = { inputs: 0, refused: 0, carried: 0, unclear: [], injections: [], stacks: [] };

function planOf(
  definition: ModuleDefinition,
  values: Readonly<Record<string, unknown>>,
): readonly Step[] | undefined {
  const scene = SCENES[definition.name];
  return scene === undefined ? undefined : definition.plan(values as ValuesOf<Options>, scene(values)).flat();
}

/** Words of a qm call that a value must not have made: another option, or another property beside its own. */
function injectionsIn(action: QmAction, value: unknown, isWhole: boolean): string[] {
  const { argv } = renderQm(action, () => '/private/file');
  // A word behind an option is its value, whatever it begins with (Getopt::Long, "=s"; docs/pve-notes/qm.md).
  const wrong = Object.keys(action.properties).filter(option => !/^[a-z][a-z0-9-]*$/.test(option));
  const spoilt = argv.filter(
    word =>
      !isWhole && typeof value === 'string' && /[,\n]/.test(value) && word !== value && word.includes(value),
  );
  return [...wrong, ...spoilt.filter(word => !isText(word, action))];
}

/** The description is free text, and its marker follows it. */
const isText = (word: string, { properties }: QmAction): boolean => word === properties['description'];

function tryOne(
  definition: ModuleDefinition,
  validator: Validator,
  path: string,
  value: unknown,
  raw: Readonly<Record<string, unknown>>,
): void {
  tally.inputs += 1;
  const label = `${definition.name} ${path} ${JSON.stringify(value).slice(0, 60)}`;
  try {
    const { values, problems } = validate(definition, validator, raw);
    // As conditions: chai takes most of the time of so many.
    const [option = ''] = path.split('.', 1);
    tally.unclear.push(
      ...problems
        .filter(({ variable, message }) => !variable.includes(option) || !CLEAR.test(message))
        .map(({ variable, message }) => `${label}: ${variable}: ${message}`),
    );
    if (problems.length > 0) {
      tally.refused += 1;
      return;
    }
    const steps = planOf(definition, values) ?? [];
    const isWhole = OWN_PROPERTY_STRINGS.test(path);
    const calls = steps.flatMap(({ action }) => qmOf(action) ?? []);
    tally.injections.push(
      ...calls
        .flatMap(call => injectionsIn(call, value, isWhole))
        .map(word => `${label}: ${word.slice(0, 80)}`),
    );
    tally.carried += 1;
  } catch (error) {
    // Modules are loaded by a path of their own, and so is their class of errors.
    const isRefusal = error instanceof Error && error.constructor.name === 'UserError';
    if (!isRefusal) tally.stacks.push(`${label}: ${String(error).slice(0, 300)}`);
    tally.refused += 1;
  }
}

describe('bad input', function () {
  this.timeout(300_000);
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });

  for (const name of moduleNames) {
    it(`is refused by ${name} with parameter and reason, or carried as it stands`, async () => {
      const definition = await loadModule(name);
      const validator = ajv.compile(schemaOf(definition.params));
      for (const { path, place } of targetsOf(definition.params, goodValues(definition.params)))
        for (const value of HOSTILE) tryOne(definition, validator, path, value, place(value));

      expect(tally.unclear).to.deep.equal([]);
      expect(tally.injections).to.deep.equal([]);
      expect(tally.stacks, tally.stacks[0]).to.deep.equal([]);
    });
  }

  it('never shows a secret that it refuses', async () => {
    for (const name of moduleNames) {
      const definition = await loadModule(name);
      const validator = ajv.compile(schemaOf(definition.params));
      const secret = targetsOf(definition.params, goodValues(definition.params)).filter(
        ({ option }) => option.secret,
      );
      for (const { path, place } of secret) {
        const raw = place('-hunter2\nhunter2');
        const { problems } = validate(definition, validator, raw);
        const shown = JSON.stringify(maskSecrets(problems, secretsOf(definition.params, raw)));
        expect(shown, `${name} ${path}`).not.to.contain('hunter2');
      }
    }
  });

  it('with a template that Ansible did not fill in is found by preflight, whatever the variable', async () => {
    const definition = await loadModule('node_preflight');
    const validator = ajv.compile(schemaOf(definition.params));
    const free = /description|password|_data$|^play_variables$/;
    const missed = Object.keys(definition.params).filter(name => {
      const { values, problems } = validate(definition, validator, {
        ...goodWanted,
        [name]: '{{ left_over }}',
      });
      const found = findProblems(values, worldOf({ malformed: problems }));
      return (
        !free.test(name) && !found.some(({ variable }) => inRole(variable).startsWith(`proxmox_${name}`))
      );
    });

    expect(missed).to.deep.equal([]);
  });

  it('cannot make a snippet grow beyond what it says, nor end in a stack', () => {
    const part = { name: 'web-01', keys: [] };
    const bomb = Array.from({ length: 30 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [lol]'
        : `a${level}: &a${level} [*a${level - 1}, *a${level - 1}, *a${level - 1}]`,
    ).join('\n');

    expect(mergeUserData(`#cloud-config\n${bomb}\n`, part).length).to.be.at.most(10_000);
    for (const deep of ['['.repeat(50_000), `a: ${'['.repeat(9000)}${']'.repeat(9000)}`])
      expect(() => mergeUserData(deep, part)).to.throw(`cannot use ${optionName('cloud_init_user_data')}`);
  });

  after(() => {
    const { inputs, refused, carried, injections, stacks } = tally;
    console.log(
      `      ${inputs} inputs: ${refused} refused, ${carried} carried, ${injections.length} injections, ${stacks.length} stacks`,
    );
  });
});
