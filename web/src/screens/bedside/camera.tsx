// The camera of a tablet as a scanner: only after a press on a button, read here in the browser by ZXing as WebAssembly from our own
// origin; no picture leaves the device.
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url';

const pauseMs = 120;

const formats = [
  'DataMatrix',
  'Code128',
  'EAN13',
  'EAN8',
  'UPCA',
  'UPCE',
  'QRCode',
  'Code39',
  'DataBar',
  'DataBarExpanded',
  'ITF',
] as const;

/** Why there is no picture, and what to do. */
function whyNot(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError') return 'The camera is not allowed here. Allow it in the address line of the browser, or use the scanner.';
  if (name === 'NotFoundError') return 'This device has no camera. Use the scanner, or type the code below the bars.';
  if (name === 'NotReadableError') return 'Another program uses the camera. Close it, or use the scanner.';
  return 'The camera does not work here. Use the scanner, or type the code below the bars.';
}

export function Camera({ scanned, close }: { scanned(raw: string): void; close(): void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<string>();
  const [ready, setReady] = useState(false);
  const latest = useRef(scanned);
  latest.current = scanned;
  useEffect(() => {
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const start = async (): Promise<void> => {
      // Browsers give the camera only to pages that came by https (or from this machine).
      if (navigator.mediaDevices === undefined) {
        setProblem('The camera works only over https. Use the scanner, or type the code below the bars; tell your administrator.');
        return;
      }
      const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader');
      const wasmBinary = await (await fetch(wasm)).arrayBuffer();
      await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } }, audio: false });
      const shown = video.current;
      if (over || shown === null) return stop();
      shown.srcObject = stream;
      await shown.play();
      setReady(true);
      const canvas = document.createElement('canvas');
      const pen = canvas.getContext('2d', { willReadFrequently: true });
      const look = async (): Promise<void> => {
        if (over || pen === null) return;
        [canvas.width, canvas.height] = [shown.videoWidth, shown.videoHeight];
        if (canvas.width > 0) {
          pen.drawImage(shown, 0, 0);
          const found = await readBarcodes(pen.getImageData(0, 0, canvas.width, canvas.height), {
            formats: [...formats],
            tryHarder: true,
            maxNumberOfSymbols: 2,
            textMode: 'Plain',
          });
          const codes = found.filter(({ isValid, text }) => isValid && text !== '');
          // Two in the picture: nobody knows which is meant.
          const [one] = codes;
          if (one !== undefined && codes.length === 1 && !over) {
            over = true;
            stop();
            latest.current(`${one.symbologyIdentifier}${one.text}`);
            return;
          }
          if (codes.length > 1) setProblem('Two codes are in the picture: show only one.');
          else setProblem(undefined);
        }
        timer = setTimeout(() => void look(), pauseMs);
      };
      await look();
    };
    const stop = (): void => {
      clearTimeout(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    start().catch((error: unknown) => setProblem(whyNot(error)));
    return () => {
      over = true;
      stop();
    };
  }, []);
  return (
    <section className="camera" aria-label="Camera">
      <video ref={video} muted playsInline aria-label="What the camera sees" hidden={!ready} />
      <p role="status">{problem ?? (ready ? 'Hold the code still, about a hand away.' : 'The camera is being opened …')}</p>
      <Button variant="default" size="lg" onClick={close}>
        Close the camera
      </Button>
    </section>
  );
}
