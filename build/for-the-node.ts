import type { BuildOptions } from 'esbuild';

/** How code is bundled that runs on a Proxmox VE node: CommonJS for the oldest Node.js that Debian has there, in ASCII. */
export const FOR_THE_NODE = {
  bundle: true,
  minify: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  target: 'node18',
  // Node.js 18 crashes when a script from standard input imports after garbage was collected: requiring does the same.
  supported: { 'dynamic-import': false },
  charset: 'ascii',
  legalComments: 'none',
} as const satisfies BuildOptions;
