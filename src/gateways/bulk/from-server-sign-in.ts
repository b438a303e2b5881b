// How Lamplight signs in at another server whose export it takes over: a bearer token that somebody gave it, or SMART Backend Services
// (https://hl7.org/fhir/smart-app-launch/backend-services.html): a signed assertion (RS384 or ES384) for a token of a few minutes.
import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import { fail, ok, type Result } from '../../fhir/result.ts';

export interface SignInSettings {
  /** A bearer token as it is. */
  token?: string;
  /** SMART: its client_id, its private key (PEM or JWK, as text) and what it may ask for. */
  client?: string;
  key?: string;
  scope: string;
  /** Absent: as the server's .well-known/smart-configuration says. */
  tokenUrl?: string;
}

export interface ServerSignIn {
  /** Value of the Authorization header; undefined: nothing is sent. `renew`: the last one was not taken. */
  authorization(base: string, renew?: boolean): Promise<Result<string | undefined>>;
}

const renewBeforeMs = 30_000;
const assertionSeconds = 240;
const answerSeconds = 60;
const form = 'application/x-www-form-urlencoded';

export function signInAt(settings: SignInSettings): ServerSignIn {
  const kept = new Map<string, { value: string; untilMs: number }>();
  return {
    async authorization(base, renew = false) {
      if (settings.token !== undefined) return ok(`Bearer ${settings.token}`);
      if (settings.client === undefined || settings.key === undefined) return ok(undefined);
      const known = kept.get(base);
      if (!renew && known !== undefined && known.untilMs > Date.now() + renewBeforeMs) return ok(known.value);
      const issued = await fetchToken(base, { ...settings, client: settings.client, key: settings.key });
      if (!issued.ok) return issued;
      kept.set(base, issued.value);
      return ok(issued.value.value);
    },
  };
}

async function fetchToken(
  base: string,
  settings: SignInSettings & { client: string; key: string },
): Promise<Result<{ value: string; untilMs: number }>> {
  const place = settings.tokenUrl === undefined ? await tokenUrlOf(base) : ok(settings.tokenUrl);
  if (!place.ok) return place;
  const assertion = assertionFor(settings.client, settings.key, place.value, Date.now());
  if (!assertion.ok) return assertion;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: settings.scope,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion.value,
  });
  const answer = await jsonFrom(place.value, {
    method: 'POST',
    headers: { 'content-type': form, accept: 'application/json' },
    body: body.toString(),
  });
  if (!answer.ok) return answer;
  const { access_token: token, expires_in: seconds, error } = answer.value;
  if (typeof token !== 'string' || !/^[\w.~+/=-]+$/.test(token))
    return fail(
      'forbidden',
      `The other server gave no token${typeof error === 'string' ? `: ${JSON.stringify(error.slice(0, 80))}` : ''}: check the client, its key and its scope there`,
    );
  return ok({ value: `Bearer ${token}`, untilMs: Date.now() + (typeof seconds === 'number' ? seconds : 300) * 1000 });
}

async function tokenUrlOf(base: string): Promise<Result<string>> {
  const found = await jsonFrom(`${base}/.well-known/smart-configuration`, { headers: { accept: 'application/json' } });
  if (!found.ok) return found;
  const { token_endpoint: url } = found.value;
  // A key that is good here must not be shown to anybody on the way.
  const safe = typeof url === 'string' && URL.canParse(url) && (url.startsWith('https:') || new URL(url).origin === new URL(base).origin);
  return safe
    ? ok(url)
    : fail('invalid', 'The other server names no token endpoint (.well-known/smart-configuration): set LAMPLIGHT_IMPORT_TOKEN_URL');
}

async function jsonFrom(url: string, init: RequestInit): Promise<Result<Record<string, unknown>>> {
  try {
    const answer = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(answerSeconds * 1000) });
    const text = (await answer.text()).slice(0, 100_000);
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return ok(value as Record<string, unknown>);
  } catch {
    // Told below.
  }
  return fail('invalid', `${JSON.stringify(new URL(url).origin)} did not answer a request for a token as SMART Backend Services says`);
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html#authenticating-to-the-token-endpoint */
export function assertionFor(client: string, keyText: string, audience: string, nowMs: number): Result<string> {
  const read = keyOf(keyText);
  if (!read.ok) return read;
  const { key, kid } = read.value;
  const alg = key.asymmetricKeyType === 'rsa' ? 'RS384' : key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'ES384' : undefined;
  if (alg === undefined) return fail('invalid', 'The key for the other server must be RSA, or EC on the curve P-384');
  const head = encoded({ alg, typ: 'JWT', ...(kid === undefined ? {} : { kid }) });
  const claims = encoded({ iss: client, sub: client, aud: audience, exp: Math.floor(nowMs / 1000) + assertionSeconds, jti: randomUUID() });
  const signature = sign('sha384', Buffer.from(`${head}.${claims}`), alg === 'ES384' ? { key, dsaEncoding: 'ieee-p1363' } : key);
  return ok(`${head}.${claims}.${signature.toString('base64url')}`);
}

function keyOf(text: string): Result<{ key: KeyObject; kid?: string }> {
  try {
    if (!text.trimStart().startsWith('{')) return ok({ key: createPrivateKey(text) });
    const jwk = JSON.parse(text) as { kid?: unknown };
    const key = createPrivateKey({ key: jwk as import('node:crypto').JsonWebKey, format: 'jwk' });
    return ok(typeof jwk.kid === 'string' ? { key, kid: jwk.kid } : { key });
  } catch {
    return fail('invalid', 'The key for the other server cannot be read: it is a private key as PEM, or as one JWK');
  }
}
