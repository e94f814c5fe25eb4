import { plainReply } from '../api/reply.ts';
import type { Reply } from '../api/reply.ts';

type Formatter = (reply: Reply) => Reply;

/** How a reply looks, by the word behind `/api2/`. */
const FORMATTERS: Readonly<Record<string, Formatter>> = {
  json: reply => reply,
  extjs: asExtjs,
  html: asHtml,
  htmljs: asHtml,
  png: asHtml,
};

/** The reply in the format asked for; a format that PVE does not have is not asked further. */
export async function formatted(format: string, path: string, answer: () => Promise<Reply>): Promise<Reply> {
  const formatter = FORMATTERS[format];
  if (!formatter) {
    const text = `no formatter for uri /api2/${format}${path}`;
    return plainReply(501, text, text);
  }
  return formatter(await answer());
}

// Its clients cannot see the status of a reply: it stands in the body.
function asExtjs(reply: Reply): Reply {
  const { status, body } = reply;
  if (!body) return reply;
  if (status === 200) return { ...reply, body: { ...body, success: 1 } };
  return { status: 200, reason: 'OK', body: { ...body, success: 0, status: String(status) } };
}

function asHtml(reply: Reply): Reply {
  if (!reply.body) return reply;
  const { body, ...rest } = reply;
  const text = JSON.stringify(body, undefined, 2).replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return {
    ...rest,
    text: `<!DOCTYPE html><title>Test node</title><pre>${text}</pre>\n`,
    headers: { 'Content-Type': 'text/html' },
  };
}
