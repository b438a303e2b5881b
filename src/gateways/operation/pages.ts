// Two plain pages for whoever opens the address in a browser: what this is, and the API in words. No script, no style from
// elsewhere; the workbench will take their place.
import { createHash } from 'node:crypto';
import { version } from '../version.ts';
import { pathsOf } from './openapi.ts';

const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #56606d; --line: #d5dae1; --ground: #fbfbf9; --mark: #0b5c66; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaee; --soft: #a5afbb; --line: #38414c; --ground: #14181d; --mark: #7fd0d8; } }
body { font: 1rem/1.6 system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 52rem; margin: 0 auto; padding: 3rem 1.5rem; }
h1 { font-size: 1.9rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2.25rem 0 .5rem; } p { margin: .5rem 0 1rem; }
a { color: var(--mark); } code { font: .92em ui-monospace, monospace; } .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .5rem .9rem .5rem 0; border-top: 1px solid var(--line); }
pre { border: 1px solid var(--line); border-radius: .4rem; padding: .8rem 1rem; overflow-x: auto; } .method { font-weight: 600; }
`;

/** The one style is allowed by its hash; nothing else is. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title>
<style>${style}</style></head><body>${body}</body></html>`;

export const welcomePage = (): string =>
  page(
    'Lamplight',
    `<main><h1>Lamplight</h1><p class="soft">The patient record as a FHIR R4 server · version ${escaped(version)}</p>
<p>This is the address for programs. Every request carries a token; on the machine where Lamplight runs, the command line makes one:</p>
<pre><code>npx lamplight token --role clinician</code></pre>
<h2>What is here</h2>
<table><tbody>
<tr><td><a href="/fhir/metadata?_pretty=true"><code>/fhir</code></a></td><td>The FHIR API; the link shows what it can do</td></tr>
<tr><td><a href="/docs"><code>/docs</code></a></td><td>All addresses in words; <a href="/openapi.json">as OpenAPI</a></td></tr>
<tr><td><code>/feed</code></td><td>What changes, in order, as pages or as a live stream</td></tr>
<tr><td><code>/audit</code></td><td>Who did what to whose record, for records officers and administrators</td></tr>
<tr><td><a href="/readyz"><code>/readyz</code></a>, <a href="/metrics"><code>/metrics</code></a></td><td>For whoever runs it</td></tr>
</tbody></table>
<p class="soft">Clinical content needs the review of your site before anyone relies on it. Lamplight is not a medical device.</p></main>`,
  );

export function docsPage(insight: boolean): string {
  const rows: string[] = [];
  for (const [path, methods] of Object.entries(pathsOf(insight))) {
    for (const [method, { summary, parameters }] of Object.entries(methods)) {
      const asked = (parameters ?? []).map((one) => `<code>${escaped(one.name)}</code>`).join(', ');
      rows.push(
        `<tr><td class="method">${method.toUpperCase()}</td><td><code>${escaped(path)}</code></td><td>${escaped(summary)}${asked === '' ? '' : `<br><span class="soft">${asked}</span>`}</td></tr>`,
      );
    }
  }
  return page(
    'Lamplight API',
    `<main><h1>API</h1><p class="soft"><a href="/">Lamplight</a> ${escaped(version)} · <a href="/openapi.json">OpenAPI 3.1</a> · errors are OperationOutcome below <code>/fhir</code> and RFC 9457 elsewhere</p>
<table><thead><tr><th>Method</th><th>Address</th><th>Does</th></tr></thead><tbody>${rows.join('')}</tbody></table></main>`,
  );
}
