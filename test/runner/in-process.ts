import { config } from 'chai';
import Mocha from 'mocha';

/** Runs the test files it is given, in this process. The last line counts what ran. */
// What a play has said is shown whole.
config.truncateThreshold = 0;
const mocha = new Mocha({ timeout: 300_000, slow: 5_000, reporter: 'spec' });
for (const file of process.argv.slice(2)) mocha.addFile(file);
await mocha.loadFilesAsync();

const runner = mocha.run(failures => {
  const { passes = 0, pending = 0 } = runner.stats ?? {};
  // A test that is switched off was not run: it must not read as passed.
  console.log(`${passes} passed, ${failures + pending} failed`);
  process.exit(failures + pending > 0 || passes === 0 ? 1 : 0);
});
