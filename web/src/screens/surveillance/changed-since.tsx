// That the record says something else since a case was told to public health, so that somebody sends an update.

export function ChangedSince({ since, version }: { since: string[] | null; version?: number }) {
  if (since === null) return <p className="watch-said">Whether anything has changed since was not looked at: there are too many.</p>;
  if (since.length === 0) return null;
  return (
    <p className="case-changed">
      <b>▲ {version === undefined ? 'Since it was sent' : `Since version ${version}`}</b> {since.join('; ')}
    </p>
  );
}
