import type { Section } from '../config/sections.ts';
import { print } from '../runtime/output.ts';
import { QEMU_VERSION } from './identity.ts';

const WINDOWS = /^(wxp|w2k|w2k3|w2k8|wvista|win\d+)$/;
const PVE_REVISION = '+pve1';

/** Windows sees new hardware when the machine changes, so PVE fixes the machine version of a Windows VM at creation. */
export function pinWindowsMachine(section: Section): void {
  if (!WINDOWS.test(section.get('ostype') ?? '')) return;
  const machine = section.get('machine') ?? 'pc';
  const family = machine === 'q35' ? 'pc-q35' : machine === 'pc' ? 'pc-i440fx' : undefined;
  if (family === undefined) return;
  const pinned = `${family}-${QEMU_VERSION.split('.').slice(0, 2).join('.')}${PVE_REVISION}`;
  section.set('machine', pinned);
  print(`pinning machine type to '${pinned}' for Windows guest OS`);
}
