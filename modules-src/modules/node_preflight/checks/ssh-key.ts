const TYPES = [
  'ssh-ed25519',
  'ssh-rsa',
  'ssh-dss',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];

/** Whether a line begins a private key; the lines after it must not be shown. */
export const isPrivateKey = (line: string): boolean => /-----BEGIN [A-Z ]*PRIVATE KEY/.test(line);

/** Why a line is no SSH public key; undefined when it is one. Options may stand before the key (sshd(8)). */
export function keyFault(line: string): string | undefined {
  const words = line.trim().split(/\s+/);
  const at = words.findIndex(word => TYPES.includes(word));
  const blob = at < 0 ? undefined : words[at + 1];
  if (at < 0) return 'is no SSH public key: it names no type such as ssh-ed25519';
  return blob !== undefined && isWhole(blob, words[at] ?? '')
    ? undefined
    : `is no whole SSH public key, but damaged or a placeholder: "${shortened(words.slice(at).join(' '))}"`;
}

/**
 * Whether the YAML that Proxmox VE writes has something else than the key: it puts the line there without quotes
 * (qemu-server 8.4 and 9.2, Cloudinit.pm). A comment that is cut off does no harm.
 */
export function isMisread(line: string): boolean {
  const text = line.trim();
  const options = text.slice(0, text.search(/AAAA[A-Za-z0-9+/]/));
  return /:(?:\s|$)/.test(text) || /\s#/.test(options);
}

const shortened = (line: string): string => (line.length > 30 ? `${line.slice(0, 30)}...` : line);

/** A key's blob is a row of fields, each behind its length; the first one is the type once more (RFC 4253, 6.6). */
function isWhole(blob: string, type: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(blob)) return false;
  const bytes = Buffer.from(blob, 'base64');
  const fields: string[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at);
    fields.push(bytes.toString('latin1', at + 4, end));
    at = end;
  }
  return at === bytes.length && fields.length > 1 && fields[0] === type;
}
