import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import { bundlePrograms } from '../../testnode/pve/bundle.ts';
import { reasonFor, reasonForState } from '../../testnode/replay/known-differences.ts';
import { replayFile } from '../../testnode/replay/replay-file.ts';
import type { Verdict } from '../../testnode/replay/replay-file.ts';

const TRANSCRIPTS = join(root, 'testnode/transcripts');
const AT_ONCE = 2;

/**
 * Recordings of commands at the same time and of commands that were killed: who wins depends on the machine. They are
 * replayed by hand (`npm run testnode:replay`), where a lost race is tried again.
 */
const RACES: ReadonlySet<string> = new Set(['j1-concurrency.jsonl', 'j3-kill9.jsonl']);
/** Recordings of the REST API. The command replays all of them; here those that are over soon. */
const HTTP = /^(pve8-)?api-/;
const SHORT = /^api-(auth|config|upload)\.jsonl$/;
/** Recordings of 8.4 that say what those of 9.2 say, or differ from them as others of 8.4 do. The command replays them. */
const SAME = /^pve8-(a1|a3|b2|d1|d3|f1|k1|p2|p3)-/;
const TEXTS_THAT_MUST_AGREE = 0.97;

describe('replay of the recordings of real nodes', function () {
  // Each test waits for its file, and files that wait for locks as a real node does take a minute.
  this.timeout(600_000);
  const files = readdirSync(TRANSCRIPTS).filter(
    name =>
      name.endsWith('.jsonl') &&
      !RACES.has(name) &&
      !SAME.test(name) &&
      (!HTTP.test(name) || SHORT.test(name)),
  );
  const verdicts: Verdict[] = [];
  let replays: ReadonlyMap<string, Promise<readonly Verdict[]>>;

  before(async () => {
    await bundlePrograms();
    replays = replayAll(files);
  });

  for (const file of files) {
    it(`${file} does the same at each step, unless a reason is listed`, async () => {
      const ofFile = (await replays.get(file)) ?? [];
      verdicts.push(...ofFile);

      expect(ofFile).not.to.be.empty;
      const differences = ofFile.flatMap(unexplained);
      expect(differences, differences.join('\n\n')).to.be.empty;
    });
  }

  it('gives the same text after 97 % of the steps', () => {
    const states = verdicts.filter(({ comparison }) => comparison.state).length;
    const texts = verdicts.filter(({ comparison }) => comparison.text).length;
    console.log(`        state: ${states}/${verdicts.length}, text: ${texts}/${verdicts.length}`);

    expect(texts / verdicts.length).to.be.at.least(TEXTS_THAT_MUST_AGREE);
  });
});

/** Starts the replays in the order of the files, two at a time: they share the machine with what a step measures. */
function replayAll(files: readonly string[]): ReadonlyMap<string, Promise<readonly Verdict[]>> {
  const lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  const replays = files.map((file, index): [string, Promise<readonly Verdict[]>] => {
    const lane = index % AT_ONCE;
    const replay = Promise.resolve(lanes[lane]).then(() => replayFile(join(TRANSCRIPTS, file)));
    lanes[lane] = replay.then(ignore, ignore);
    return [file, replay];
  });
  return new Map(replays);
}

// The test of the file tells of its failure; the next file of the lane is replayed all the same.
function ignore(): void {
  return undefined;
}

function unexplained({ step, comparison }: Verdict): readonly string[] {
  if (comparison.text) return [];
  const reason = comparison.state ? reasonFor(step) : reasonForState(step);
  if (reason !== undefined) return [];
  return [`${step.id}: ${step.argv.join(' ')}\n${comparison.diff.join('\n')}`];
}
