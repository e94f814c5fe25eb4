import type { BuildOptions } from 'esbuild';

/** How code is bundled that runs on a Proxmox VE node: CommonJS for the oldest Node.js that Debian has there, in ASCII. */
export const FOR_THE_NODE = {
  bundle: true,
  minify: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  target: 'node18',
  charset: 'ascii',
  legalComments: 'none',
} as const satisfies BuildOptions;
