// The first moment at which somebody outside is heard: HTTP. A port that cannot be had is said with what to do about it.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { followerName as subscriptionsFollower } from '../../gateways/subscriptions/follow.ts';
import type { Ground } from './ground.ts';
import type { Recorded } from './record.ts';
import type { WebServer } from './web-server.ts';

export interface Listening {
  address: string;
  /** What others know this server by. */
  base: string;
}

export async function listenHttp({ settings, feed, app }: Ground & Recorded & WebServer): Promise<Result<Listening>> {
  // Before anybody can ask for a subscription: what changes from now on is told of.
  await feed.place(subscriptionsFollower, 'now');
  try {
    const address = await app.listen({ port: settings.port, host: settings.host });
    return ok({ address, base: settings.publicUrl ?? address });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE')
      return fail('conflict', `Port ${settings.port} is in use by another program: stop it, or set LAMPLIGHT_PORT`);
    if (code === 'EACCES')
      return fail('forbidden', `Port ${settings.port} may not be opened by this user: set LAMPLIGHT_PORT to 1024 or above`);
    if (code === 'EADDRNOTAVAIL') return fail('invalid', `This machine has no address ${settings.host}: set LAMPLIGHT_HOST`);
    throw error;
  }
}
