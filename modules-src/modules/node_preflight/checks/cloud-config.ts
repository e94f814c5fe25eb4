import { textKind } from '../../../pve/cloud-init/text-kind.ts';
import type { Problem } from '../../../sdk/define-module.ts';
import { problem, type Check } from '../check.ts';
import type { Wanted } from '../params.ts';
import { installsAgent, wantsCloudInit } from '../wishes.ts';

const TEXTS = ['vm_cloud_init_user_data', 'vm_cloud_init_vendor_data'] as const;

/** cloud-config is merged with what other variables say; a text of another kind goes to the guest as it stands. */
export const checkCloudConfig: Check = wanted =>
  wantsCloudInit(wanted) ? TEXTS.flatMap(name => textProblems(name, wanted)) : [];

function textProblems(name: (typeof TEXTS)[number], wanted: Wanted): Problem[] {
  const text = wanted[name];
  if (text === undefined) return [];
  const kind = textKind(text);
  if (kind.kind === 'other') return unmerged(name, kind.name, wanted);
  if (kind.kind === 'unknown' || (kind.hasHeader && !isDictionary(text)))
    return [problem('PVE-CI-005', name, 'is no YAML dictionary', FIX)];
  if (kind.hasHeader) return [];
  return [problem('PVE-CI-010', name, 'does not begin with #cloud-config, which is added', FIX)];
}

const FIX = 'write a YAML dictionary that begins with #cloud-config';

/** What a guest that gets such a text does not hear. */
function unmerged(name: (typeof TEXTS)[number], what: string, wanted: Wanted): Problem[] {
  const lost =
    name === 'vm_cloud_init_user_data'
      ? 'name, user, password and keys are not in it'
      : 'the guest agent is not in it';
  if (name === 'vm_cloud_init_vendor_data' && !installsAgent(wanted)) return [];
  const message = `is ${what}, handed over as it is: ${lost}`;
  return [problem('PVE-CI-012', name, message, 'say there all that the guest needs')];
}

/**
 * Judged by its first lines alone: a parser of YAML would make a fifth of this module. A text that fails later fails in
 * the stage that writes it, before the VM is changed.
 */
function isDictionary(text: string): boolean {
  const first = text.split('\n').find(line => !/^\s*(?:#|---|$)/.test(line));
  return first === undefined || /^(?:\{|[^\s-][^:]*:(?:\s|$))/.test(first);
}
