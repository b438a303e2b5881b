// An attachment, opened by its type: text and narrative here, pictures here, everything else in a tab of its own or as a file. What it
// says of its type is believed only where that cannot do harm: nothing of it ever runs in this page.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Attachment } from '../../../../src/fhir/generated/types.ts';
import { read } from '../../api/fhir.ts';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { ClinicalDocument } from './clinical-document.tsx';
import { Narrative } from './narrative.tsx';

const pictures = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const bytesMax = 4_000_000;

function bytesOf(data: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const text = atob(data.replace(/\s/g, ''));
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return bytes;
  } catch {
    return undefined;
  }
}

/** `Binary/id` where it is one of ours. */
const binaryOf = (url: string | undefined): string | undefined =>
  /(?:^|\/fhir\/)Binary\/([\w.-]{1,64})(?:\/_history\/\d+)?$/.exec(url ?? '')?.[1];

export function Attached({ attachment }: { attachment: Attachment }) {
  const binary = attachment.data === undefined ? binaryOf(attachment.url) : undefined;
  const fetched = useQuery({ queryKey: ['Binary', binary], queryFn: () => read('Binary', binary ?? ''), enabled: binary !== undefined });
  if (binary !== undefined && fetched.isPending) return <Waiting what="The attachment" rows={5} />;
  if (fetched.isError)
    return <Failure title="The attachment could not be read" error={fetched.error} again={() => void fetched.refetch()} />;
  const data = attachment.data ?? fetched.data?.data;
  const type =
    (attachment.contentType ?? fetched.data?.contentType ?? 'application/octet-stream').split(';')[0]?.trim().toLowerCase() ?? '';
  if (data === undefined)
    return (
      <Empty title="The content is not here">
        {attachment.url === undefined ? 'Only its title was recorded.' : `It is kept elsewhere: ${attachment.url}`}
      </Empty>
    );
  return <Shown data={data} type={type} title={attachment.title ?? 'attachment'} />;
}

function Shown({ data, type, title }: { data: string; type: string; title: string }) {
  const bytes = useMemo(() => bytesOf(data), [data]);
  if (bytes === undefined)
    return <Empty title="The content cannot be read">It is not the base64 that it should be: ask who sent it.</Empty>;
  if (
    bytes.length <= bytesMax &&
    (type.startsWith('text/') || (type.endsWith('xml') && !type.startsWith('image/')) || type === 'application/json')
  )
    return <Words bytes={bytes} type={type} />;
  return <AsFile bytes={bytes} type={type} title={title} />;
}

function Words({ bytes, type }: { bytes: Uint8Array; type: string }) {
  const text = useMemo(() => new TextDecoder().decode(bytes), [bytes]);
  if (/<ClinicalDocument\b/.test(text.slice(0, 5000))) return <ClinicalDocument text={text} />;
  if (type === 'text/html' || type === 'application/xhtml+xml') return <Narrative text={text} />;
  return (
    <pre className="note-text" dir="auto">
      {text}
    </pre>
  );
}

function AsFile({ bytes, type, title }: { bytes: Uint8Array<ArrayBuffer>; type: string; title: string }) {
  // A page or a drawing of a stranger, opened below our address, could act as whoever is signed in: it is only ever saved.
  const openable = type === 'application/pdf' || pictures.includes(type);
  const url = useMemo(
    () => URL.createObjectURL(new Blob([bytes], { type: openable ? type : 'application/octet-stream' })),
    [bytes, openable, type],
  );
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return (
    <div className="attached">
      {pictures.includes(type) && <img src={url} alt={title} />}
      <p>
        {openable && (
          <a href={url} target="_blank" rel="noreferrer">
            Open in a new tab
          </a>
        )}{' '}
        <a href={url} download={title}>
          Save as a file
        </a>{' '}
        <span className="beneath">
          {type}, {Math.ceil(bytes.length / 1024)} kB
        </span>
      </p>
    </div>
  );
}
