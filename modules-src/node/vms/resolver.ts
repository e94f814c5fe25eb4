import { parseResolvConf } from '../../pve/cloud-init/resolver.ts';
import type { Resolver } from '../../sdk/readings.ts';
import { readText } from '../../system/files.ts';

export const readResolver = async (): Promise<Resolver> =>
  parseResolvConf((await readText('/etc/resolv.conf')) ?? '');
