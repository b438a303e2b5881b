// Going somewhere, and what the address asks for. Screens are listed in a table, so addresses are texts here.
import { useRouter, useRouterState } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import type { Asked } from './router.tsx';

export function addressOf(path: string, asked: Asked = {}): string {
  const entries = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  const text = new URLSearchParams(entries).toString();
  return text === '' ? path : `${path}?${text}`;
}

export function useGo(): (path: string, asked?: Asked, options?: { replace?: boolean }) => void {
  const router = useRouter();
  return (path, asked, options = {}) => void router.navigate({ href: addressOf(path, asked), replace: options.replace === true });
}

/** What the address asks this screen for, and a way to change it: the state of a screen is its address, so that a link reopens it. */
export function useAsked(): [Asked, (change: Asked, options?: { replace?: boolean }) => void] {
  const go = useGo();
  const { pathname, search } = useRouterState({
    select: ({ location }) => ({ pathname: location.pathname, search: location.search as Asked }),
  });
  return [search, (change, options) => go(pathname, { ...search, ...change }, options)];
}

/** The part of the address behind the screen's name: `/app/chart/123` gives `123`. */
export function useBelow(): string | undefined {
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  const part = pathname.split('/')[3];
  return part === undefined || part === '' ? undefined : decodeURIComponent(part);
}

/** A link inside the workbench; opened with Ctrl it is a page of its own. */
export function Go({ to, asked, onClick, ...rest }: { to: string; asked?: Asked } & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'>) {
  const go = useGo();
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to, asked);
  };
  return <a {...rest} href={addressOf(to, asked)} onClick={follow} />;
}
