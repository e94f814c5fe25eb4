import { basename } from 'node:path';
import { bundlePrograms } from './pve/bundle.ts';
import { reasonFor, reasonForState } from './replay/known-differences.ts';
import { replayFile } from './replay/replay-file.ts';
import type { Verdict } from './replay/replay-file.ts';

const USAGE = `usage: npm run -s testnode:replay -- [--json] [--accept-known] FILE.jsonl …
  --json          one JSON object per step
  --table         one row of a table per file: steps, equal in state, equal in text too
  --accept-known  succeed although steps differ for a reason that is listed in replay/known-differences.ts`;
const OPTIONS = ['--json', '--table', '--accept-known'];

/** Replays transcripts of the real programs and shows where the test node differs. */
async function main(argv: readonly string[]): Promise<number> {
  const files = argv.filter(word => !word.startsWith('--'));
  if (files.length === 0 || argv.some(word => word.startsWith('--') && !OPTIONS.includes(word))) {
    console.error(USAGE);
    return 2;
  }
  await bundlePrograms();
  const show = argv.includes('--table') ? undefined : argv.includes('--json') ? showAsJson : showAsText;
  const verdicts: Verdict[] = [];
  for (const file of files) {
    const ofFile = await replayFile(file);
    if (show) ofFile.forEach(show);
    else console.log(`| \`${basename(file, '.jsonl')}\` | ${counts(ofFile).join(' | ')} |`);
    verdicts.push(...ofFile);
  }
  if (show === showAsText) summarise(verdicts);
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

/** Steps, those equal in state, those equal in text too. */
function counts(verdicts: readonly Verdict[]): readonly [number, number, number] {
  const states = verdicts.filter(({ comparison }) => comparison.state).length;
  return [verdicts.length, states, verdicts.filter(({ comparison }) => comparison.text).length];
}

function summarise(verdicts: readonly Verdict[]): void {
  const [total, states, texts] = counts(verdicts);
  console.log(`state: ${states}/${total}, text: ${texts}/${total}`);
  console.log(`${states} passed, ${total - states} failed`);
}

process.exitCode = await main(process.argv.slice(2));
