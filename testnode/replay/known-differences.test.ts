import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { differencesTable, KNOWN_DIFFERENCES } from './known-differences.ts';
import { kindsTable } from './http/known-kinds.ts';
import { readLines } from './http/record.ts';
import { isCommand, toStep } from './transcript.ts';

const ROOT = join(import.meta.dirname, '../..');
const TRANSCRIPTS = join(ROOT, 'testnode/transcripts');

describe('list of known differences', () => {
  const lines = readdirSync(TRANSCRIPTS)
    .filter(name => name.endsWith('.jsonl'))
    .flatMap(name => readLines(join(TRANSCRIPTS, name)));
  const steps = lines.filter(isCommand).map(toStep);

  it('names steps that there are, each once', () => {
    const listed = KNOWN_DIFFERENCES.flatMap(difference => difference.steps);

    expect(lines.map(({ id }) => id)).to.include.members(listed);
    expect(new Set(listed).size).to.equal(listed.length);
  });

  it('names every step that is not run, and no other as such', () => {
    const notRun = KNOWN_DIFFERENCES.filter(({ what }) => what === 'not run').flatMap(
      difference => difference.steps,
    );

    expect(steps.filter(({ artifact }) => artifact !== undefined).map(({ id }) => id)).to.deep.equal(notRun);
  });

  it('stands in the documentation', () => {
    const text = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');

    expect(text).to.contain(differencesTable()).and.to.contain(kindsTable());
  });
});
