import type { Section } from '../config/sections.ts';

/** Host name and full name that cloud-init sets, from the VM's name and all its search domains, as one text. */
export function hostNames(
  vmid: number,
  config: Section,
): { readonly hostname: string; readonly fqdn: string } {
  const name = config.get('name') ?? `VM${vmid}`;
  const domains = config.get('searchdomain') ?? '';
  const [hostname = name] = name.split('.');
  if (name.includes('.')) return { hostname, fqdn: name };
  return { hostname, fqdn: domains === '' ? hostname : `${hostname}.${domains}` };
}
