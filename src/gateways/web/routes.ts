// The workbench in a browser: its page at / and below /app/, with a nonce of its own for each answer, and its files below /assets/,
// which never change under one name. Policy: nothing but files of our own runs or styles (https://www.w3.org/TR/CSP3/); Mantine's one
// style element carries the nonce.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Where the build leaves it: beside the compiled program. */
const built = fileURLToPath(new URL('../../../web', import.meta.url));
/** In a checkout that runs from source, as the tests do. */
const inCheckout = fileURLToPath(new URL('../../../dist/web', import.meta.url));

const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    // Cameras read barcodes by WebAssembly of our own; that allows no eval of texts.
    "script-src 'self' 'wasm-unsafe-eval'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Answers whether there is a workbench: a program that was built without it serves its interfaces alone. */
export async function webRoutes(app: FastifyInstance, folder: string = existsSync(built) ? built : inCheckout): Promise<boolean> {
  const page = join(folder, 'index.html');
  if (!existsSync(page)) return false;
  const [before = '', behind = ''] = readFileSync(page, 'utf8').split('name="csp-nonce" content=""');
  for (const url of ['/', '/app', '/app/*'])
    app.get(url, { config: { name: 'workbench', open: true } }, async (_request, reply) => {
      const nonce = randomBytes(16).toString('base64');
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', policy(nonce))
        .header('referrer-policy', 'no-referrer')
        .send(`${before}name="csp-nonce" content="${nonce}"${behind}`);
    });
  await app.register(async (scope) => {
    // Nobody has signed in yet who sees the door.
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, name: 'workbench', open: true };
    });
    scope.addHook('onSend', async (_request, reply) => {
      if (reply.statusCode === 200) reply.header('cache-control', 'public, max-age=31536000, immutable');
    });
    await scope.register(fastifyStatic, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      decorateReply: false,
      index: false,
      cacheControl: false,
      preCompressed: true,
    });
  });
  return true;
}
