// For pharmacists: what became of orders, from the signature to the effect, with what does not fit first; and recalls.
import { Go, useAsked } from '../../app/go.tsx';
import { Orders } from './orders.tsx';
import { Recalls } from './recalls.tsx';
import '../../parts/lists.css';
import './loop.css';

export default function Loop() {
  const [{ view }] = useAsked();
  return view === 'recall' ? <Recalls /> : <Orders />;
}

export function Views({ view }: { view: 'orders' | 'recall' }) {
  const [{ ward }] = useAsked();
  return (
    <nav className="views" aria-label="Parts of the closed loop">
      <Go to="/app/loop" asked={{ ward }} aria-current={view === 'orders' ? 'page' : undefined}>
        Orders and doses
      </Go>
      <Go to="/app/loop" asked={{ view: 'recall', ward }} aria-current={view === 'recall' ? 'page' : undefined}>
        Recall
      </Go>
    </nav>
  );
}
