import { Ajv } from 'ajv';
import { expect } from 'chai';
import { execa } from 'execa';
import { load } from 'js-yaml';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import { documents, fencesOf, type Fence } from './fences.ts';

const PAGES = [...documents(), 'CHANGELOG.md', 'role/proxmox/README.md'];
const SCHEMA = `${root}docs/reference/proxmox-vars.schema.json`;

const fences = PAGES.flatMap(fencesOf).filter(({ language }) => language === 'yaml');
const nameOf = ({ file, line }: Fence): string => `${file}:${line}`;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands in a block as plays: a playbook itself, or tasks in a play of ours. */
function playsOf({ text }: Fence): readonly unknown[] {
  const content = load(text);
  if (!Array.isArray(content)) return [];
  const isPlaybook = content.every(item => isRecord(item) && ('hosts' in item || 'import_playbook' in item));
  return isPlaybook ? content : [{ hosts: 'localhost', gather_facts: false, tasks: content }];
}

/** Every set of variables of the role in a block, wherever it stands. */
function variableSets(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.flatMap(variableSets);
  if (!isRecord(value)) return [];
  const own = Object.entries(value).filter(([name]) => name.startsWith('proxmox_'));
  return [
    ...(own.length > 0 ? [Object.fromEntries(own)] : []),
    ...Object.values(value).flatMap(variableSets),
  ];
}

describe('the YAML of README.md, CHANGELOG.md and docs', function () {
  this.timeout(300_000);
  const validate = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'pages-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('has plays and tasks that ansible-playbook takes', async () => {
    const playbooks = fences
      .map((fence, index) => ({ file: join(folder, `${index}.yml`), plays: playsOf(fence) }))
      .filter(({ plays }) => plays.length > 0);
    for (const { file, plays } of playbooks) writeFileSync(file, JSON.stringify(plays));
    // The collection of docs/install.md is installed, and its playbook run, by the test of that page.
    const roles = { ANSIBLE_ROLES_PATH: `${root}role`, ANSIBLE_LIBRARY: `${root}role/proxmox/library` };

    const { exitCode, all } = await execa(
      `${root}.venv/bin/ansible-playbook`,
      ['--syntax-check', '-i', 'localhost,', ...playbooks.map(({ file }) => file)],
      { all: true, reject: false, env: roles },
    );

    expect(exitCode, all).to.equal(0);
    expect(playbooks.length).to.be.greaterThan(10);
  });

  for (const fence of fences) {
    it(`${nameOf(fence)} names variables that there are, with values that they take`, () => {
      for (const variables of variableSets(load(fence.text))) {
        validate(variables);
        expect(validate.errors ?? [], JSON.stringify(variables)).to.deep.equal([]);
      }
    });
  }
});
