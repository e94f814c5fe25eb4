import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startNodes } from '../host/cluster.ts';
import { compare } from './compare.ts';
import type { Comparison } from './compare.ts';
import { placeImages } from './images.ts';
import { runSteps } from './run-steps.ts';
import { readTranscript } from './transcript.ts';
import type { Step } from './transcript.ts';

const NODE = 'pve01';

/** The storages of the node that the transcripts were recorded on. */
const STORAGE_CONFIG = `dir: local
\tpath /var/lib/vz
\tcontent iso,vztmpl,backup,snippets,images,import,rootdir

dir: local-dir2
\tpath /mnt/dir2
\tcontent rootdir,images

dir: noimages
\tpath /mnt/dir2/noimages
\tcontent iso,vztmpl

dir: nosnip
\tpath /mnt/dir2/nosnip
\tcontent images

dir: disabled1
\tdisable
\tpath /mnt/dir2/disabled1
\tcontent images

`;

/** Its DNS server, which cloud-init drives name when the VM names none. */
const RESOLVER = 'nameserver 192.0.2.53\n';

/** Where a killed step was in its work depends on the time that a call takes and on the speed of the disk. */
const RECORDED_SPEED = { callCost: 0.45, settings: { copyRate: 400 } };

/** A step of a transcript and how its replay compares. */
export interface Verdict {
  readonly step: Step;
  readonly comparison: Comparison;
}

/** How often a transcript is replayed whose parallel steps ended otherwise than on the recorded node. */
const ATTEMPTS_AT_A_RACE = 4;

/**
 * Replays one transcript, each time on a node of its own. Steps that ran at the same time may end in more than one way:
 * while only such a race keeps a replay from agreeing, it is tried again, and the best replay counts.
 */
export async function replayFile(file: string): Promise<readonly Verdict[]> {
  const steps = readTranscript(file);
  let best = await replaySteps(steps);
  for (let attempt = 2; attempt <= ATTEMPTS_AT_A_RACE && lostARace(best); attempt += 1) {
    const next = await replaySteps(steps);
    if (matches(next) > matches(best)) best = next;
  }
  return best;
}

function lostARace(verdicts: readonly Verdict[]): boolean {
  return verdicts.some(({ step, comparison }) => step.group !== undefined && !comparison.state);
}

function matches(verdicts: readonly Verdict[]): number {
  return verdicts.filter(({ comparison }) => comparison.state).length;
}

async function replaySteps(steps: readonly Step[]): Promise<readonly Verdict[]> {
  const isTimed = steps.some(step => step.kill);
  const version = steps[0]?.version ?? '9';
  const cluster = await startNodes({
    version,
    storageConfig: STORAGE_CONFIG,
    ...(isTimed ? RECORDED_SPEED : {}),
  });
  const verdicts: Verdict[] = [];
  try {
    await prepare(cluster.directory, steps);
    await cluster.exec(NODE, ['cp', '/etc/pve/storage.cfg', '/run/replay-storage.cfg']);
    await cluster.writeFile(NODE, '/etc/resolv.conf', RESOLVER);
    for await (const { step, outcome } of runSteps(cluster, NODE, steps)) {
      verdicts.push({ step, comparison: compare(step, outcome) });
    }
    return verdicts;
  } finally {
    await cluster.down();
  }
}

async function prepare(directory: string, steps: readonly Step[]): Promise<void> {
  const disk = join(directory, NODE);
  for (const path of ['dir2/images', 'dir2/noimages', 'dir2/nosnip']) {
    mkdirSync(join(disk, 'mnt', path), { recursive: true });
  }
  const images = join(disk, 'srv/img');
  mkdirSync(images, { recursive: true });
  await placeImages(images, steps.flatMap(({ argv }) => argv).join('\n'));
}
