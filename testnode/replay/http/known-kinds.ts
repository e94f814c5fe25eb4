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
    what: 'text',
    calls: '`GET …/rrddata`',
    pattern: /^GET \S+\/rrddata\b/,
    reason: 'not imitated: the test node keeps no graphs',
  },
  {
    what: 'text',
    calls: '`GET /cluster/resources`, `GET /pools/POOL`',
    pattern: /^GET \S+\/(cluster\/resources|pools\/[^/]+)(\?|$)/,
    reason:
      'a real node shows what `pvestatd` found up to 10 seconds before, and nothing yet of a new VM; here it is as it is',
  },
  {
    what: 'text',
    calls: '`ps`, `pgrep`, `ls` of images, `ls /etc/pve` after `pmxcfs` has started',
    pattern: /\b(ps ax|pgrep -a)\b|\bls -l?a?\b.*\.qcow2|\bpmxcfs\b/,
    reason:
      'processes have the names of the programs that imitate them, images are made anew, `pmxcfs` is no process',
  },
  {
    what: 'state',
    calls: '`POST …/vncproxy`, `…/termproxy`, `…/spiceproxy`',
    pattern: /^POST \S+\/(vnc|term|spice)proxy$/,
    reason: 'not imitated: consoles',
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
