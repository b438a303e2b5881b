// What could not be read, said before anything else: an empty list must not be taken for a clean one.
const most = 8;

export function NotRead({ parts }: { parts: readonly string[] }) {
  if (parts.length === 0) return null;
  return (
    <section className="loop-not-read" role="alert" aria-label="What could not be read">
      <strong>▲ Not everything was read. What is below may lack something.</strong>
      <ul>
        {[...new Set(parts)].slice(0, most).map((part) => (
          <li key={part} dir="auto">
            {part}
          </li>
        ))}
      </ul>
      {parts.length > most && <p>and {parts.length - most} more</p>}
    </section>
  );
}
