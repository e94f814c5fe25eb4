import type { StepName } from '../transcript.ts';

/** Calls whose answers differ for what they are, wherever they stand; nothing of an answer is stored. */
interface KnownKind {
  readonly what: 'state' | 'text';
  /** The calls, to be read. */
  readonly calls: string;
  readonly pattern: RegExp;
  readonly reason: string;
}

const KNOWN_KINDS: readonly KnownKind[] = [
  {
    what: 'text',
    calls: '`GET /nodes/N/status`, `uname`, `df`',
    pattern: /^GET \/api2\/json\/nodes\/[^/]+\/status$|\buname -r\b/,
    reason: 'processor, kernel and disks of the recorded machine',
  },
  {
    what: 'text',
    calls: '`GET /nodes/N/apt/versions`',
    pattern: /^GET \S+\/apt\/versions$/,
    reason: 'the recorded node ran from its sources: its packages were empty',
  },
  {
    what: 'text',
    calls: '`GET /nodes/N/certificates/info`',
    pattern: /^GET \S+\/certificates\/info$/,
    reason: 'keys and certificates are made anew for each cluster, with elliptic curves for speed',
  },
  {
    what: 'text',
    calls: '`GET /nodes/N/capabilities/qemu/cpu-flags`, `…/machines`',
    pattern: /^GET \S+\/capabilities\/qemu\/(cpu-flags|machines)$/,
    reason: "PVE's descriptions are under another licence",
  },
  {
    what: 'text',
    calls: '`ls /var/tmp`',
    pattern: /\bls\b.*\/var\/tmp\b/,
    reason: 'what other recordings had left on the node before',
  },
  {
    what: 'state',
    calls: '`GET /nodes/N/report`',
    pattern: /^GET \S+\/nodes\/[^/]+\/report$/,
    reason: 'not imitated; on the recorded machine it took longer than the 30 seconds that pveproxy waits',
  },
  {
    what: 'state',
    calls: '`GET /cluster/log`',
    pattern: /^GET \S+\/cluster\/log$/,
    reason: 'not imitated: the test node keeps no log of the cluster',
  },
];

/** Why a call may differ, for what it is. */
export function kindOf({ argv }: Pick<StepName, 'argv'>): KnownKind | undefined {
  const text = argv.join(' ');
  return KNOWN_KINDS.find(({ pattern }) => pattern.test(text));
}

/** The kinds as a table for people. */
export function kindsTable(): string {
  const rows = KNOWN_KINDS.map(({ calls, what, reason }) => `| ${calls} | ${what} | ${reason} |\n`);
  return `| call | what differs | reason |\n|---|---|---|\n${rows.join('')}`;
}
