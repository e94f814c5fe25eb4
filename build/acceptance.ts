import { build } from 'esbuild';
import { chmod, cp } from 'node:fs/promises';
import { root } from './modules.ts';

/** Lays the acceptance run (docs/acceptance.md) into the folder of a role: one program for Node.js alone, and its playbooks. */
export async function layAcceptance(role: string): Promise<void> {
  const folder = `${role}/acceptance`;
  const program = `${folder}/acceptance.mjs`;
  await build({
    entryPoints: [`${root}acceptance/main.ts`],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // The oldest that the role itself runs with.
    target: 'node18.19',
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'error',
  });
  await chmod(program, 0o755);
  await cp(`${root}acceptance/playbooks`, `${folder}/playbooks`, { recursive: true });
}
