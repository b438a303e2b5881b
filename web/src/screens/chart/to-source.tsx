// A link from anything that is shown to where it comes from: its versions, who said it, the message that brought it.
import type { AnchorHTMLAttributes } from 'react';
import { Go, useBelow } from '../../app/go.tsx';

export function ToSource({ of, children, ...rest }: { of: string } & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'>) {
  const patient = useBelow();
  return (
    <Go to={`/app/chart/${encodeURIComponent(patient ?? '')}`} asked={{ tab: 'source', of }} {...rest}>
      {children}
    </Go>
  );
}
