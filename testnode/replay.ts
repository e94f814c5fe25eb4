import { bundlePrograms } from './pve/bundle.ts';
import { reasonFor, reasonForState } from './replay/known-differences.ts';
import { replayFile } from './replay/replay-file.ts';
import type { Verdict } from './replay/replay-file.ts';

const USAGE = `usage: npm run -s testnode:replay -- [--json] [--accept-known] FILE.jsonl …
  --json          one JSON object per step
  --accept-known  succeed although steps differ for a reason that is listed in replay/known-differences.ts`;
const OPTIONS = ['--json', '--accept-known'];

/** Replays transcripts of the real programs and shows where the test node differs. */
async function main(argv: readonly string[]): Promise<number> {
  const files = argv.filter(word => !word.startsWith('--'));
  if (files.length === 0 || argv.some(word => word.startsWith('--') && !OPTIONS.includes(word))) {
    console.error(USAGE);
    return 2;
  }
  await bundlePrograms();
  const show = argv.includes('--json') ? showAsJson : showAsText;
  const verdicts: Verdict[] = [];
  for (const file of files) {
    const ofFile = await replayFile(file);
    ofFile.forEach(show);
    verdicts.push(...ofFile);
  }
  if (!argv.includes('--json')) summarise(verdicts);
  const acceptsKnown = argv.includes('--accept-known');
  return verdicts.every(verdict => isFine(verdict, acceptsKnown)) ? 0 : 1;
}

function showAsJson({ step, comparison }: Verdict): void {
  const notRun = step.artifact === undefined ? {} : { notRun: step.artifact };
  console.log(JSON.stringify({ id: step.id, argv: step.argv, ...comparison, ...notRun }));
}

function showAsText({ step, comparison }: Verdict): void {
  if (step.artifact !== undefined) console.log(`not run ${step.id}: ${step.artifact}`);
  if (comparison.text) return;
  console.log(`${comparison.state ? 'text ' : 'STATE'} ${step.id}: ${step.argv.join(' ')}`);
  const reason = reasonFor(step);
  if (reason !== undefined) console.log(`      known: ${reason}`);
  for (const line of comparison.diff) console.log(`      ${line}`);
}

function isFine({ step, comparison }: Verdict, acceptsKnown: boolean): boolean {
  return comparison.state || (acceptsKnown && reasonForState(step) !== undefined);
}

function summarise(verdicts: readonly Verdict[]): void {
  const total = verdicts.length;
  const states = verdicts.filter(({ comparison }) => comparison.state).length;
  const texts = verdicts.filter(({ comparison }) => comparison.text).length;
  console.log(`state: ${states}/${total}, text: ${texts}/${total}`);
  console.log(`${states} passed, ${total - states} failed`);
}

process.exitCode = await main(process.argv.slice(2));
