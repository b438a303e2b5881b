// What is larger than its place and is moved inside it: by keys too, so it can be gone to (WCAG 2.1.1).
import type { ReactNode } from 'react';

export function Scrolling({ name, className = 'wide', children }: { name: string; className?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by the arrow keys once it has the focus
    <section className={className} aria-label={name} tabIndex={0}>
      {children}
    </section>
  );
}
