import { randomUUID } from 'node:crypto';
import type { Section } from '../config/sections.ts';
import { nodeSettings } from '../runtime/settings.ts';

/** Gives a VM what it has for itself: a generation id and an SMBIOS UUID, unless its options say otherwise. */
export function addIdentity(section: Section): void {
  if (!section.has('smbios1')) section.set('smbios1', `uuid=${randomUUID()}`);
  renewGenerationId(section);
  addCreationNote(section);
}

/** Gives a clone an identity of its own. */
export function renewIdentity(section: Section): void {
  const smbios = section.get('smbios1') ?? '';
  const others = smbios.split(',').filter(part => part !== '' && !part.startsWith('uuid='));
  section.set('smbios1', [...others, `uuid=${randomUUID()}`].sort().join(','));
  if (section.has('vmgenid')) section.set('vmgenid', randomUUID());
}

function renewGenerationId(section: Section): void {
  const wanted = section.get('vmgenid') ?? '1';
  // Only PCs have a place for it.
  if (!section.has('vmgenid') && section.get('arch') === 'aarch64') return;
  if (wanted === '1') section.set('vmgenid', randomUUID());
}

function addCreationNote(section: Section): void {
  section.set('meta', `creation-qemu=${nodeSettings().qemu},ctime=${Math.floor(Date.now() / 1000)}`);
}
