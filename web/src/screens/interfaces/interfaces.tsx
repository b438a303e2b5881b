// Interfaces: are we hearing them, what waits and why, what did a message say and what became of it
// (docs/walkthroughs/interface-engineer.md). `?message=ID` opens one, `?leaf=PID-5.1` marks a leaf of it.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { Page } from '../../parts/page.tsx';
import { Soon } from '../../parts/soon.tsx';
import { Failure, Waiting } from '../../parts/states.tsx';
import { channels } from './api.ts';
import { Channels } from './channels.tsx';
import { Identity } from './identity.tsx';
import { MessageView } from './message.tsx';
import { filtersOf, Messages } from './messages.tsx';
import { Subscriptions, useSubscriptions } from './subscriptions.tsx';
import { Unmapped } from './unmapped.tsx';
import '../../parts/lists.css';
import './interfaces.css';

const views = {
  channels: 'Channels',
  messages: 'Messages',
  unmapped: 'Not mapped',
  identity: 'Identity',
  subscriptions: 'Subscriptions',
} as const;

export default function Interfaces() {
  const [asked] = useAsked();
  const person = usePerson();
  const all = useQuery({
    queryKey: ['exchange', 'channels'],
    queryFn: ({ signal }) => channels(signal),
    refetchInterval: 5000,
    placeholderData: keepPreviousData,
  });
  const troubled = useSubscriptions().data?.filter(({ status }) => status === 'error').length ?? 0;
  const unbound = person.organisations === undefined && person.patients === undefined;
  const may = person.role === 'administrator' && unbound;
  const id = asked['message'];
  const view = asked['view'] ?? (id === undefined ? 'channels' : 'messages');
  if (all.isPending)
    return (
      <Page title="Interfaces">
        <Waiting what="The state of the channels" />
      </Page>
    );
  if (all.isError && all.data === undefined)
    return (
      <Page title="Interfaces">
        <Failure error={all.error} again={() => void all.refetch()} />
      </Page>
    );
  const list = all.data ?? [];
  const { waiting, failed } = list.reduce(
    (sum, channel) => ({ waiting: sum.waiting + channel.waiting, failed: sum.failed + channel.failed }),
    { waiting: 0, failed: 0 },
  );
  return (
    <Page title={id === undefined ? 'Interfaces' : 'Interfaces: one message'} filters={filtersOf(asked)}>
      <nav className="views" aria-label="Views of the interfaces">
        {Object.entries(views).map(([name, words]) => (
          <Go key={name} to="/app/interfaces" asked={{ view: name }} aria-current={view === name ? 'page' : undefined}>
            {words}
          </Go>
        ))}
        <span className="views-beside">
          {waiting.toLocaleString('en')} waiting · {failed.toLocaleString('en')} failed
          {troubled > 0 && (
            <>
              {' · '}
              <Go to="/app/interfaces" asked={{ view: 'subscriptions' }}>
                {troubled} {troubled === 1 ? 'subscription' : 'subscriptions'} in error
              </Go>
            </>
          )}
        </span>
      </nav>
      <Soon>
        {id !== undefined ? (
          <MessageView id={id} may={may} channels={list} />
        ) : view === 'messages' ? (
          <Messages channels={list} may={may} />
        ) : view === 'unmapped' ? (
          <Unmapped />
        ) : view === 'identity' ? (
          <Identity may={may || (person.role === 'records-officer' && unbound)} />
        ) : view === 'subscriptions' ? (
          <Subscriptions />
        ) : (
          <Channels channels={list} may={may} />
        )}
      </Soon>
      {!may && <p className="beneath">You may read messages. To resend, leave out, pause or try them, ask an administrator.</p>}
    </Page>
  );
}
