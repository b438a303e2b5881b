// Addresses: every screen below /app/, with what it shows in the address, so that a link opens the same again.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Navigate } from '@tanstack/react-router';
import { Failure } from '../parts/states.tsx';
import { screens } from '../screens/screens.ts';
import { usePerson } from './session.tsx';
import { Shell } from './shell.tsx';

/** Search parameters of all screens are texts: a screen reads its own and leaves the others. */
export type Asked = Record<string, string | undefined>;

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => (
    <Failure
      title="There is no such page"
      error={new Error('Choose a screen on the left, or press Ctrl+K and type where you want to go.')}
    />
  ),
  errorComponent: ({ error }) => (
    <Failure title="This screen has failed" error={error instanceof Error ? error : new Error(String(error))} />
  ),
  validateSearch: (search: Record<string, unknown>): Asked =>
    Object.fromEntries(Object.entries(search).map(([name, value]) => [name, value === undefined ? undefined : String(value)])),
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: Home,
});

/** The first screen that a person of this role may see. */
function Home() {
  const { role } = usePerson();
  const first = screens.find(({ roles, below }) => below === undefined && roles.includes(role));
  return <Navigate to="/app/$" params={{ _splat: first?.path ?? 'patients' }} replace />;
}

const routes = screens.flatMap(({ path, load, below = [] }) =>
  [path, ...below.map((one) => `${path}/${one}`)].map((address) =>
    createRoute({ getParentRoute: () => root, path: `/app/${address}`, component: lazyRouteComponent(load) }),
  ),
);

const app = createRoute({
  getParentRoute: () => root,
  path: '/app/$',
  component: () => <Failure title="There is no such page" error={new Error('Choose a screen on the left, or press Ctrl+K.')} />,
});

export const router = createRouter({
  routeTree: root.addChildren([home, app, ...routes]),
  // Plain texts, as people write them by hand.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const parameters = new URLSearchParams(
      Object.entries(search).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
    );
    const text = parameters.toString();
    return text === '' ? '' : `?${text}`;
  },
  defaultPreload: 'intent',
  scrollRestoration: true,
});
