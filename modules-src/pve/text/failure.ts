/** What a failed `qm` call means. */
export interface Failure {
  /** The line that says why, without Perl's and PVE's decoration. */
  readonly reason: string;
  /** Known to pass by itself: worth another look and another try. */
  readonly transient: boolean;
}

/** Of a creation or a clone that made nothing: somebody else was faster with that VMID. */
const TAKEN = /unable to create VM \d+(?:: config file already exists| - VM \d+ already exists)/;

/** Whether a failure says that the VMID was taken, so that whatever is there now was begun by somebody else. */
export const saysTaken = (text: string): boolean => TAKEN.test(text);

const TRANSIENT: readonly RegExp[] = [
  /can't lock file .* - got timeout/,
  /can't aquire lock|can't acquire lock/,
  /unable to acquire lock|lock request timed out/i,
  /no worker upid|start worker failed/,
  /cluster not ready - no quorum\?/,
  // The next look chooses another VMID, or tells whose it is.
  TAKEN,
];

/** How the programs below PVE say that there is no space: the kernel, LVM, LVM's thin pools, ZFS, a quota. */
const FULL =
  /no space left on device|insufficient free (?:space|extents)|free space in thin pool .* reached threshold|out of space|disk quota exceeded/i;

const MAKE_SPACE = 'the storage is full: free some space on it, or choose another one';

/** Lines that PVE prints around the reason. */
const NOISE: readonly RegExp[] = [
  /^trying to acquire lock\.\.\./,
  /^\s*$/,
  /^\s*OK\s*$/,
  /^transferred /,
  /^Formatting '/,
  /^(?:qm|pvesm) .*\[OPTIONS\]$/,
];

/**
 * Reads the reason out of what a call printed. Exit codes carry no meaning beyond zero or not (errno of Perl's die),
 * so only the text decides (PVE 8.4 and 9.2, docs/pve-notes/qm.md).
 */
export function readFailure(stderr: string, stdout: string): Failure {
  const lines = meaningful(stderr).length > 0 ? meaningful(stderr) : meaningful(stdout).slice(-1);
  const said = lines.join('; ') || 'it printed no reason';
  const reason = FULL.test(said) ? `${said}; ${MAKE_SPACE}` : said;
  return { reason, transient: TRANSIENT.some(pattern => pattern.test(`${stderr}\n${stdout}`)) };
}

function meaningful(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => !NOISE.some(pattern => pattern.test(line)));
}
