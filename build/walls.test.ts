import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brokenWalls, WALLS } from './walls.ts';

/** For each row a file in its room, and what it must not import. */
const PLANTED: Readonly<Record<string, readonly [file: string, ...imported: string[]]>> = {
  'modules-src/sdk': ['modules-src/sdk/a.ts', 'modules-src/pve/text/a.ts'],
  'modules-src/pve/text': ['modules-src/pve/text/a.ts', 'modules-src/pve/vms/a.ts'],
  'modules-src/pve/images': ['modules-src/pve/images/a.ts', 'modules-src/pve/settings/a.ts'],
  'modules-src/pve/vms': ['modules-src/pve/vms/a.ts', 'modules-src/pve/cloud-init/a.ts'],
  'modules-src/pve/settings': ['modules-src/pve/settings/a.ts', 'modules-src/pve/cloud-init/a.ts'],
  'modules-src/pve': ['modules-src/pve/cloud-init/a.ts', 'node:fs'],
  'modules-src/system/run-command.ts': ['modules-src/system/run-command.ts', 'modules-src/node/vms/a.ts'],
  'modules-src/system': ['modules-src/system/a.ts', 'execa'],
  'modules-src/http': ['modules-src/http/a.ts', 'modules-src/images/a.ts'],
  'modules-src/images/download/zip-files.ts': [
    'modules-src/images/download/zip-files.ts',
    'modules-src/node/vms/a.ts',
  ],
  'modules-src/images': ['modules-src/images/a.ts', 'modules-src/node/vms/a.ts'],
  'modules-src/guests': ['modules-src/guests/a.ts', 'modules-src/http/a.ts'],
  'modules-src/api': ['modules-src/api/facts/a.ts', 'modules-src/node/vms/a.ts'],
  'modules-src/node': ['modules-src/node/vms/a.ts', 'modules-src/runtime/a.ts'],
  'modules-src/runtime': ['modules-src/runtime/a.ts', 'modules-src/node/a.ts'],
  'modules-src/modules/*/plan.ts': ['modules-src/modules/one/plan.ts', 'modules-src/node/vms/a.ts'],
  'modules-src/modules/*': [
    'modules-src/modules/one/module.ts',
    'modules-src/modules/two/plan.ts',
    'modules-src/node/vms/a.ts',
    'modules-src/images/a.ts',
    'modules-src/http/a.ts',
  ],
  'modules-src/modules/node_preflight/stages': [
    'modules-src/modules/node_preflight/stages/a.ts',
    'modules-src/runtime/converge.ts',
    'modules-src/node/vms/a.ts',
  ],
  'role-src': ['role-src/stages/a.ts', 'modules-src/modules/one/plan.ts'],
  build: ['build/outputs/a.ts', 'testnode/host/a.ts'],
  'testnode/pve': ['testnode/pve/vm/a.ts', 'testnode/host/a.ts'],
  testnode: ['testnode/host/a.ts', 'modules-src/sdk/a.ts'],
  acceptance: ['acceptance/a.ts', 'testnode/host/cluster.ts'],
  bench: ['bench/a.ts', 'modules-src/sdk/a.ts'],
};

describe('the walls between rooms', () => {
  const base = mkdtempSync(join(tmpdir(), 'walls-'));
  let found: readonly string[];
  const plant = (file: string, text: string): void => {
    mkdirSync(dirname(join(base, file)), { recursive: true });
    writeFileSync(join(base, file), text, { flag: 'a' });
  };
  before(async () => {
    for (const [file, ...imports] of Object.values(PLANTED))
      for (const imported of imports) {
        const isFile = imported.includes('/');
        plant(file, `import '${isFile ? join(base, imported) : imported}';\n`);
        if (isFile) plant(imported, 'export {};\n');
      }
    plant('role-src/a.test.ts', `import '${join(base, 'testnode/host/a.ts')}';\n`);
    plant('testnode/test/a.test.ts', `import '${join(base, 'modules-src/sdk/a.ts')}';\n`);
    for (const room of ['role-src', 'modules-src/modules/one', 'testnode/guest']) {
      plant(`${room}/round.ts`, "import type {} from './and-round.ts';\n");
      plant(`${room}/and-round.ts`, "import type {} from './round.ts';\n");
    }
    for (let file = 0; file <= 20; file += 1) plant(`role-src/crowd/${file}.ts`, 'export {};\n');
    found = await brokenWalls(base);
  });
  after(() => rmSync(base, { recursive: true }));

  it('have an import to try for every row', () => {
    expect(WALLS.map(({ room }) => room)).to.have.members(Object.keys(PLANTED));
  });

  for (const [room, [file, ...imports]] of Object.entries(PLANTED)) {
    it(`${room}: ${file} must not import ${imports.join(', ')}`, () => {
      expect(found.filter(line => line.endsWith(`(${room})`))).to.have.members(
        imports.map(imported => `${file} must not import ${imported.replace('node:', '')} (${room})`),
      );
    });
  }

  it('stand for tests, too: each world knows itself alone', () => {
    expect(found).to.include.members([
      'role-src/a.test.ts must not import testnode/host/a.ts (tests beside the code start no node)',
      'testnode/test/a.test.ts must not import modules-src/sdk/a.ts (the test node shares nothing with what it tests)',
    ]);
  });

  it('refuse circles, also of types, and crowded folders', () => {
    expect(found).to.include.members([
      ...['role-src', 'modules-src/modules/one', 'testnode/guest'].map(
        room => `${room}/and-round.ts imports itself: ${room}/round.ts → ${room}/and-round.ts`,
      ),
      'role-src/crowd has 21 files side by side; at most 20',
    ]);
  });
});
