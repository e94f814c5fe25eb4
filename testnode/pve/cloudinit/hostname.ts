import type { Section } from '../config/vm-config.ts';
import { resolverOf } from './network-config.ts';

/** Host name and full name that cloud-init sets, from the VM's name and search domain. */
export function hostNames(
  vmid: number,
  config: Section,
): { readonly hostname: string; readonly fqdn: string } {
  const name = config.get('name') ?? `VM${vmid}`;
  const [domain] = resolverOf(config).domains;
  const [hostname = name] = name.split('.');
  if (name.includes('.')) return { hostname, fqdn: name };
  return { hostname, fqdn: domain === undefined ? hostname : `${hostname}.${domain}` };
}
