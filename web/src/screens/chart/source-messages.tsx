// The messages of other systems that made or changed a resource, with the very leaves.
import { useQuery } from '@tanstack/react-query';
import type { Sources } from '../../../../src/gateways/exchange/answers.ts';
import { ask as askServer } from '../../api/http.ts';
import { Go } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { showTime } from '../../parts/dates.ts';
import { Failure, Waiting } from '../../parts/states.tsx';

export function Messages({ of }: { of: string }) {
  const { role } = usePerson();
  const mayOpen = role === 'administrator' || role === 'records-officer';
  const sources = useQuery({
    queryKey: [of.split('/')[0], of, 'messages'],
    queryFn: () => askServer<Sources>(`/exchange/source?resource=${encodeURIComponent(of)}`),
  });
  if (sources.isPending) return <Waiting what="Messages" rows={2} />;
  if (sources.isError) return <Failure title="The messages could not be read" error={sources.error} again={() => void sources.refetch()} />;
  if (sources.data.sources.length === 0)
    return (
      <section className="card" aria-label="Messages">
        <h3>No message</h3>
        <p className="beneath">It was recorded here or came through the API: no message of another system made or changed it.</p>
      </section>
    );
  return sources.data.sources.map((source) => (
    <section key={source.message} className="card" aria-label={`Message ${source.controlId}`}>
      <h3>
        {source.kind} of {source.sender}{' '}
        <span className="count">
          {source.controlId} · {showTime(source.receivedAt)} · channel {source.channel}
        </span>
      </h3>
      {mayOpen && (
        <p>
          <Go to="/app/interfaces" asked={{ message: source.message }}>
            Open the message
          </Go>
        </p>
      )}
      {source.leaves.length === 0 ? (
        <p className="beneath">What its leaves became is no longer kept.</p>
      ) : (
        <div className="grid-scroll">
          <table className="values-table">
            <caption>What the message says, and where it stands here</caption>
            <thead>
              <tr>
                <th scope="col">In the message</th>
                <th scope="col">As it was received</th>
                <th scope="col">Here</th>
              </tr>
            </thead>
            <tbody>
              {source.leaves.map(({ path, text, elements }) => (
                <tr key={path}>
                  <td className="mono nowrap">{path}</td>
                  <td className="mono leaf-text" dir="auto">
                    <mark>{text}</mark>
                  </td>
                  <td className="mono">{elements.join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  ));
}
