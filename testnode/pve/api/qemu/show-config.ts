import type { Parameters } from '../../cli/command.ts';
import { vmidOf } from '../../cli/command.ts';
import type { Section } from '../../config/sections.ts';
import { loadWithDigest } from '../../config/store.ts';
import { configSchema } from '../../options/vm.ts';
import { chooseSection } from '../../vm/show.ts';
import { nodeOf } from '../local-node.ts';

const HIDDEN = '**********';

/** The configuration as it will be after a restart, as it runs, or as it was at a snapshot. */
export function showConfig(parameters: Parameters): object {
  const { config, digest } = loadWithDigest(vmidOf(parameters), nodeOf(parameters));
  return { ...typed(chooseSection(config, parameters)), digest };
}

/** Each key with what runs, what will be and what goes. */
export function showPending(parameters: Parameters): readonly object[] {
  const { config, digest } = loadWithDigest(vmidOf(parameters), nodeOf(parameters));
  const { current, pending, pendingDelete } = config;
  const [values, coming] = [typed(current), typed(pending)];
  const entries = [...new Set([...current.keys(), ...pending.keys()])].map(key => ({
    key,
    ...(current.has(key) ? { value: values[key] } : {}),
    ...(pending.has(key) ? { pending: coming[key] } : {}),
    ...(pendingDelete.has(key) ? { delete: pendingDelete.get(key)?.force ? 2 : 1 } : {}),
  }));
  return [...entries, { key: 'digest', value: digest }];
}

/** Values as JSON has them: numbers and booleans as numbers, passwords hidden. */
function typed(section: Section): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    [...section].map(([key, value]) => {
      const type = configSchema(key)?.type ?? 'string';
      if (key === 'cipassword') return [key, HIDDEN];
      return [key, type === 'string' || value.trim() === '' ? value : Number(value)];
    }),
  );
}
