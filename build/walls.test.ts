import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './modules.ts';
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

/** Folders with that many sources. */
const FOLDERS: Readonly<Record<string, number>> = {
  'role-src/crowd': 21,
  'build/five': 5,
  'build/told': 6,
  'build/untold': 6,
  'modules-src/modules/nine': 9,
  'modules-src/modules/ten': 10,
};
const PAGE = '# Told\n\nWhat is here.\n\nNever here: the rest.\n\nStart with `0.ts`.\n';
const PAGES: Readonly<Record<string, string>> = {
  'build/told': PAGE,
  'role-src/crowd': PAGE.replace('here.', `here.${'\nMore of it.'.repeat(4)}`),
  'build/five': PAGE.replace('0.ts', '../fives/0.ts'),
  bench: PAGE.replace('Never here: the rest.\n\n', '').replace('0.ts', 'a.ts'),
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
    for (const [folder, count] of Object.entries(FOLDERS))
      for (let file = 0; file < count; file += 1) plant(`${folder}/${file}.ts`, 'export {};\n');
    for (const [folder, page] of Object.entries(PAGES)) plant(`${folder}/README.md`, page);
    found = await brokenWalls(base);
  });
  after(() => rmSync(base, { recursive: true }));

  it('have an import to try for every row', () => {
    expect(WALLS.map(({ room }) => room)).to.have.members(Object.keys(PLANTED));
  });

  it('are those of the table in docs/implementation.md', () => {
    const page = readFileSync(`${root}docs/implementation.md`, 'utf8');
    const rows = [...page.matchAll(/^\| `([^`]+)` \| .+ \| ([^|]+) \|$/gm)].map(
      ([, room, may]) => `${room}: ${may}`,
    );
    const short = (room: string): string => room.replace(/^modules-src\//, '').replace('*', '<name>');

    expect(rows.filter(row => !row.endsWith(' –'))).to.have.members(
      WALLS.filter(({ room }) => !room.endsWith('.ts')).map(
        ({ room, may }) => `${room.replace('*', '<name>')}: ${may.map(short).join(', ') || 'nothing'}`,
      ),
    );
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

  it('refuse circles, also of types', () => {
    expect(found).to.include.members(
      ['role-src', 'modules-src/modules/one', 'testnode/guest'].map(
        room => `${room}/and-round.ts imports itself: ${room}/round.ts → ${room}/and-round.ts`,
      ),
    );
  });

  it('refuse folders that are crowded, or do not tell a newcomer what they are', () => {
    const folders = [...Object.keys(FOLDERS), ...Object.keys(PAGES), 'acceptance'];
    const isOfThese = (line: string): boolean =>
      folders.some(folder => line.startsWith(folder)) && !/import/.test(line);

    expect(found.filter(isOfThese)).to.have.members([
      'role-src/crowd has 21 files side by side; at most 20',
      'role-src/crowd/README.md has 11 lines; at most 10',
      'build/untold has no README.md that tells a newcomer what it is',
      'build/five/README.md names ../fives/0.ts, which is not there',
      'bench/README.md does not say what lives there, then "Never here: …", then "Start with …"',
      'modules-src/modules/ten has no README.md that tells a newcomer what it is',
      'acceptance has no README.md that tells a newcomer what it is',
    ]);
  });
});
