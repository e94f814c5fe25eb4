import type { Code } from './codes.ts';

/** Codes whose way out is a command; each is run in its broken world by test/modules/preflight.test.ts. */
export const BY_COMMAND: ReadonlySet<string> = new Set<Code>([
  'PVE-NODE-002',
  'PVE-NODE-006',
  'PVE-NODE-007',
  'PVE-NODE-009',
  'PVE-VM-003',
  'PVE-VM-004',
  'PVE-VM-008',
  'PVE-VM-021',
  'PVE-VM-044',
  'PVE-STO-002',
  'PVE-STO-003',
  'PVE-STO-004',
  'PVE-STO-005',
  'PVE-STO-007',
  'PVE-STO-013',
  'PVE-STO-015',
  'PVE-CI-008',
  'PVE-CLONE-010',
  'PVE-CLONE-011',
  'PVE-CLONE-012',
]);

/** Codes whose way out neither a setting nor a command of the test node can show, and why. */
export const BY_HAND: Readonly<Partial<Record<Code, string>>> = {
  'PVE-NODE-001': 'the inventory must name another machine',
  'PVE-NODE-005': 'the connection must be another user’s; test/modules/preflight.test.ts connects as both',
  'PVE-NODE-008': 'an upgrade to the next major version',
  'PVE-NODE-010': 'other nodes must be brought back',
  'PVE-NODE-012': 'test/role/nodejs.test.ts installs Debian’s package on a node that has none',
  'PVE-NODE-013': 'somebody must start the node',
  'PVE-NODE-014': 'somebody must start the node',
  'PVE-API-001': 'the network must let the controller through',
  'PVE-API-002': 'the fingerprint must be compared with what the node shows',
  'PVE-API-003': 'another token must be made, or the right one written',
  'PVE-API-004': 'test/api/preflight.test.ts runs its commands for tokens that lack something',
  'PVE-API-006': 'a clock must be set, or the certificate renewed',
  'PVE-VM-018': 'a switch in the firmware of the machine',
};
