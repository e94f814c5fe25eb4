import { canonicalWord, parseProperties } from '../text/property-string.ts';

/** `agent` as PVE takes it: a yes or no, or its own text such as `enabled=1,fstrim_cloned_disks=1`. */
export const agentText = (agent: string): string => {
  const word = canonicalWord(agent);
  if (word === '1') return 'enabled=1';
  return word === '0' ? '0' : agent;
};

/** Whether the VM uses the guest agent, by its own option or by the same among the extra ones. */
export function usesAgent(agent: string | undefined, extra: Readonly<Record<string, unknown>> = {}): boolean {
  const { agent: own = agent } = extra;
  const text = typeof own === 'string' ? (parseProperties(own, 'enabled').get('enabled') ?? '') : own;
  return text === true || text === 1 || (typeof text === 'string' && canonicalWord(text) === '1');
}
