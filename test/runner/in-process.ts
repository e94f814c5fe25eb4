import { config } from 'chai';
import Mocha from 'mocha';

/** Runs the test files that it is told of, one after the other, and tells what each came to. */
// What a play has said is shown whole.
config.truncateThreshold = 0;

process.on('message', (file: string) => void runFile(file));
process.on('disconnect', () => process.exit());

async function runFile(file: string): Promise<void> {
  const mocha = new Mocha({ timeout: 300_000, slow: 5_000, reporter: 'spec' });
  mocha.addFile(file);
  await mocha.loadFilesAsync();
  const runner = mocha.run(failures => {
    const { passes = 0, pending = 0 } = runner.stats ?? {};
    // A test that is switched off was not run, and a file without one shows nothing: neither must read as passed.
    const failed = failures + pending + (passes === 0 ? 1 : 0);
    // Else it keeps listening for what the files after it throw.
    mocha.dispose();
    process.send?.({ passed: passes, failed });
  });
}
