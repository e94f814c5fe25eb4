import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import { root } from '../build/modules.ts';

/**
 * Runs every test: the quick ones beside the code, then those of this folder, which start bundles, playbooks and guests.
 * The last line counts what ran.
 */
const FOLDERS = ['modules-src', 'role-src', 'build', 'testnode', 'test'];

const mocha = new Mocha({ timeout: 20_000, slow: 5_000, reporter: 'spec' });
for (const file of FOLDERS.flatMap(folder => filesIn(folder, '.test.ts'))) mocha.addFile(file);
// Guests that boot for real take minutes and come last.
for (const file of filesIn('testnode', '.slow.ts')) mocha.addFile(file);
await mocha.loadFilesAsync();

const runner = mocha.run(failures => {
  const { passes = 0, pending = 0 } = runner.stats ?? {};
  // A test that is switched off was not run: it must not read as passed.
  console.log(`${passes} passed, ${failures + pending} failed`);
  process.exit(failures + pending > 0 || passes === 0 ? 1 : 0);
});

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith(ending))
    .sort()
    .map(file => `${root}${folder}/${file}`);
}
