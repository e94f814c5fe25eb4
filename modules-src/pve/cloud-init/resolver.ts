import type { Resolver } from '../../sdk/readings.ts';

/** PVE hands on no more of the node's servers (pve-common, PVE/INotify.pm). */
const MOST_SERVERS = 3;

/** Reads /etc/resolv.conf as PVE does: the first word of the last `search` or `domain` line, the first three servers. */
export function parseResolvConf(text: string): Resolver {
  const lines = text.split('\n');
  const domain = lines.flatMap(line => /^(?:search|domain)\s+(\S+)/.exec(line)?.[1] ?? []).at(-1);
  return {
    servers: lines
      .flatMap(line => /^\s*nameserver\s+([\da-f.:]+)\s*$/i.exec(line)?.[1] ?? [])
      .slice(0, MOST_SERVERS),
    domains: domain === undefined ? [] : [domain],
  };
}

/** What a guest is told: its own servers and domains, and the node's for each that it has none of. */
export function resolverOf(config: ReadonlyMap<string, string>, node: Resolver): Resolver {
  const own = (key: string): string[] | undefined =>
    config
      .get(key)
      ?.split(/\s+/)
      .filter(word => word !== '');
  return { servers: own('nameserver') ?? node.servers, domains: own('searchdomain') ?? node.domains };
}
