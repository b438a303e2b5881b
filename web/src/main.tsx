// The workbench: everything that all screens share is put around them here.
import '@mantine/core/styles.css';
import './app/workbench.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Refusal } from './api/http.ts';
import { router } from './app/router.tsx';
import { SessionGate } from './app/session.tsx';
import { theme } from './app/theme.ts';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      // What was refused is refused again; what did not arrive may arrive.
      retry: (count, error) => error instanceof Refusal && (error.status === 0 || error.status >= 500) && count < 2,
    },
  },
});

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// The library below Mantine's dialogs that holds the page still looks for the nonce here.
Object.assign(window, { __webpack_nonce__: nonce });
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={client}>
        <SessionGate>
          <RouterProvider router={router} />
        </SessionGate>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
