// One design language: calm paper and ink, one dark teal for what can be done, amber for the lamp. Contrast after WCAG 2.2 AA in both
// schemes; states are never told by colour alone.
import { createTheme, type MantineColorsTuple, Modal } from '@mantine/core';

const teal: MantineColorsTuple = [
  '#e8f6f7',
  '#d2eaec',
  '#a5d5da',
  '#73bec6',
  '#4aabb5',
  '#2f9eaa',
  '#1c8692',
  '#0f6f7a',
  '#0b5c66',
  '#07474f',
];

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 8, dark: 8 },
  colors: { teal },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  // The cross of a dialog has a name for those who do not see it.
  components: { Modal: Modal.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }) },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.4rem' }, h2: { fontSize: '1.1rem' }, h3: { fontSize: '1rem' } } },
});
