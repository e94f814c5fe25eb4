import { askAgent } from './agent.ts';

const PIECE = 1024 * 1024;
const MOST = 16 * PIECE;

/** Reads a file in the guest, as far as PVE does. */
export async function readGuestFile(vmid: number, path: string): Promise<object> {
  const handle = await askAgent(vmid, 'file-open', { path });
  const parts: Buffer[] = [];
  let bytes = 0;
  let isAtEnd = false;
  while (!isAtEnd && bytes < MOST) {
    const answer = pieceOf(await askAgent(vmid, 'file-read', { handle, count: PIECE }));
    parts.push(answer.bytes);
    bytes += answer.bytes.length;
    isAtEnd = answer.isAtEnd;
  }
  await askAgent(vmid, 'file-close', { handle });
  const content = Buffer.concat(parts).toString('utf8');
  return { content, 'bytes-read': bytes, ...(isAtEnd ? {} : { truncated: 1 }) };
}

/** Writes a file in the guest; the content is in Base64. */
export async function writeGuestFile(vmid: number, path: string, content: string): Promise<void> {
  const handle = await askAgent(vmid, 'file-open', { path, mode: 'wb' });
  await askAgent(vmid, 'file-write', { handle, 'buf-b64': content });
  await askAgent(vmid, 'file-close', { handle });
}

// The agent's own answer, as QEMU documents it.
function pieceOf(answer: unknown): { readonly bytes: Buffer; readonly isAtEnd: boolean } {
  const piece = answer as { readonly 'buf-b64'?: string; readonly eof?: boolean };
  return { bytes: Buffer.from(piece['buf-b64'] ?? '', 'base64'), isAtEnd: piece.eof ?? true };
}
