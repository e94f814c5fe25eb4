import { execa } from 'execa';
import { readFileSync } from 'node:fs';
import { root } from '../build/modules.ts';

export type ModuleResult = Readonly<Record<string, unknown>> & {
  readonly failed: boolean;
  readonly msg: string;
};

const MARK = '<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>';

/** By which `pgrep -f` finds a module that runs, and not whoever has this among its words. */
export const MODULE_PROCESS = 'node [-]-input-type';

export const bundlePath = (name: string): string => `${root}role/proxmox/library/${name}.js`;

/** The text that Ansible would pipe to the node: the bundle with its arguments in place, as Python's json.dumps writes them. */
export function filledBundle(name: string, args: Readonly<Record<string, unknown>>): string {
  const json = JSON.stringify(args).replace(
    /[\u007f-\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return readFileSync(bundlePath(name), 'utf8').split(MARK).join(json);
}

/** A bundle with arguments that are no JSON. */
export const unreadableBundle = (name: string): string =>
  readFileSync(bundlePath(name), 'utf8').split(MARK).join('{');

/** Starts a bundle as Ansible does with pipelining: `/bin/sh` reads it from standard input. */
export async function startBundle(
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<ModuleResult> {
  const { stdout } = await execa('/bin/sh', [], { input: filledBundle(name, args), reject: false });
  return JSON.parse(stdout) as ModuleResult;
}
