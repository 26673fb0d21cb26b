import { createHash } from 'node:crypto';
import type { Operation } from './route.ts';

const style = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  td { padding: .35rem .75rem .35rem 0; vertical-align: top; border-top: 1px solid #8884; }
  code { font: .9rem ui-monospace, monospace; overflow-wrap: anywhere; }
`;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escape = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? '');

const row = ({ method, path, summary, scope }: Operation): string =>
  `<tr><td><code>${method.toUpperCase()}</code></td><td><code>${escape(path)}</code></td>` +
  `<td>${escape(summary)}</td><td><code>${scope}</code></td></tr>`;

/** A page that lists the operations, with nothing on it that runs. `policy` is its Content-Security-Policy. */
export const docsPage = (operations: readonly Operation[]): { html: string; policy: string } => {
  const sections = [...Map.groupBy(operations, ({ tag }) => tag)].map(
    ([tag, there]) =>
      `<section><h2>${escape(tag)}</h2><table>${there.map(row).join('')}</table></section>`,
  );
  const hash = createHash('sha256').update(style).digest('base64');
  return {
    policy: `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    html:
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Countersign REST API</title>` +
      `<meta name="viewport" content="width=device-width"><style>${style}</style></head><body><main>` +
      `<h1>Countersign REST API</h1><p>Base path <code>/api/v1</code>, a token as ` +
      `<code>Authorization: Bearer …</code>; errors are problem documents (RFC 9457). ` +
      `The whole description: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p>` +
      `${sections.join('')}</main></body></html>`,
  };
};
